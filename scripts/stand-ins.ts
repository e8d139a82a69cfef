// Keeps the demo's stand-ins (an issuer of ID tokens, the built broker, a service that takes its tokens) up for a job of
// .github/workflows/ci.yml, and tells the steps that follow where they are. `node scripts/stand-ins.ts` until SIGTERM.
import { appendFileSync } from 'node:fs';
import { buildStage } from '../demo/stage.ts';

const stage = await buildStage();
const outputs = {
  'token-url': stage.issuer.requestUrlFor({}),
  token: stage.issuer.requestToken,
  broker: stage.relay.url,
  service: stage.service.url,
};
const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
appendFileSync(process.env['GITHUB_OUTPUT'] ?? '/dev/stdout', lines.join(''));
process.once('SIGTERM', () => void stage.close());
