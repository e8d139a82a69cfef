import type { Command } from './command.ts';

export const brokerRun: Command = {
  name: 'broker run',
  text: 'Run the broker until it is asked to stop',
  more: 'Needs Node 24 or later.',
  usage: '[--config FILE]',
  flags: [
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'The broker’s settings; left out, broker.yaml.',
      completes: 'file',
    },
  ],
  examples: [{ words: 'broker run --config /etc/ephemeral-creds/broker.yaml', text: 'as a service does' }],
  does: { run: (said, { next }) => next.broker(said.words) },
};
