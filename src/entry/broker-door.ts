import { brokerMain } from './broker.ts';

// The broker's own bundle is started with the same words as the command line: `run --config broker.yaml`.
void brokerMain(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
