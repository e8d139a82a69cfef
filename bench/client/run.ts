// npm run bench: what the action costs beside bare Node, beside the same requests written by hand, and beside the vendors'
// own actions (vendors.ts). One run, contenders in turn, ratios of medians; the absolute times are this machine's and mean
// little, and on a busy machine the wall clock is chance; CPU swings less. `npm run bench:client -- ROUNDS`, else 25.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { clock, runJob, start, usage, type Action } from './as-runner.ts';
import { idle, pairs } from './contenders.ts';
import { createTally, printAll, printBars, printVendors } from './report.ts';
import { startStandIns } from './stand-ins.ts';
import { findVendors } from './vendors.ts';

const rounds = Number(process.argv[2] ?? 25);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true });
});
const { place, ca, close } = await startStandIns(folder);
const { broker } = place;
const { bare, nothingOwed } = idle(place);
const ours = pairs(place);
const { actions: theirs, remarks } = findVendors(place, folder);
const contenders: readonly Action[] = [
  bare,
  nothingOwed,
  ...ours.flatMap(({ ours: action, byHand, provider }) => [
    ...(byHand === undefined ? [] : [byHand]),
    action,
    ...theirs.filter((each) => each.provider === provider),
  ]),
];

const tally = createTally();

/** Since it was last asked. */
const count = (): Promise<number> =>
  new Promise((done) => {
    get(`${broker}/count`, { ca: readFileSync(ca) }, (response) => {
      response.on('data', (text: Buffer) => {
        done(Number(text.toString()) - 1);
      });
    });
  });

const load = loadavg()[0] ?? NaN;
for (let round = -2; round < rounds; round++) {
  for (const contender of contenders) {
    const timed = await runJob(contender, folder, (program) => ({ wall: clock(program) }));
    const used = await runJob(contender, folder, usage);
    if (round < 0) continue;
    tally.note(contender, timed);
    tally.note(contender, used);
  }
}
for (const contender of contenders) {
  await count();
  const counted = await runJob(contender, folder, async (program) => {
    start(program);
    return { requests: await count() };
  });
  tally.note(contender, counted);
}

console.log(
  `Medians of ${String(rounds)} rounds, on a machine with load ${load.toFixed(1)} when they began.`,
);
printAll(contenders, tally);
printBars(ours, { bare, nothingOwed }, tally);
printVendors(theirs, ours, tally);
for (const remark of remarks) console.log(`  ${remark}`);
close();
