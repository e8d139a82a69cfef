// `npm run chaos -- [ISSUES] [--seed N] [--jobs N]`: three brokers on one PostgreSQL, and everything that can go wrong.
import { parseArgs } from 'node:util';
import { outcomeText, runChaos } from './chaos/story.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, jobs: { type: 'string' } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const issues = Number(positionals[0] ?? 10_000);
const jobs = Number(values.jobs ?? 24);
if (![seed, issues, jobs].every(Number.isInteger)) throw new Error('write whole numbers');
console.log(`seed ${String(seed)}`);
const outcome = await runChaos({
  issues,
  seed,
  jobs,
  tell: (line) => {
    console.log(line);
  },
});
console.log(outcomeText(outcome));
process.exitCode = outcome.breaches.length === 0 ? 0 : 1;
