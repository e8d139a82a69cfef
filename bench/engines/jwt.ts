// `npm run bench:engines:jwt -- [ROUNDS]`: a whole broker lends tokens of the jwt engine and takes them back, round
// after round, with a store in memory. What must stay flat: the broker's memory, beside what its store remembers.
import { Borrower } from '../../test/support/broker/borrower.ts';
import { startTestBroker } from '../../test/support/broker/test-broker.ts';

const rounds = Number(process.argv[2] ?? 10_000);
const looks = 10;
/** Past all that is remembered of a round: proofs, ID tokens, tombstones, leases. */
const forgettingSeconds = 31 * 86_400;

const broker = await startTestBroker();
const { world } = broker;
let run = 0;

async function round(): Promise<void> {
  const job = new Borrower(broker);
  const answer = await job.borrow({ token: { claims: { run_id: String(++run) } } });
  if (answer.status !== 200) throw new Error(`lending: ${String(answer.status)}`);
  const given = await job.giveBack();
  if (!JSON.stringify(given.body).includes('"revoked"')) throw new Error('not given back');
}

console.log(' rounds   ms a round   heap MB');
for (let look = 0; look < looks; look++) {
  const begun = performance.now();
  const share = Math.ceil(rounds / looks);
  for (let done = 0; done < share; done++) {
    await round();
    world.clock.skip(1);
  }
  const took = performance.now() - begun;
  world.clock.skip(forgettingSeconds);
  for (let tick = 0; tick < 60; tick++) await broker.tick();
  // The audit log of this host grows in memory, and is no part of what is measured.
  for (const [path] of world.disk) if (path.endsWith('.jsonl')) world.disk.set(path, '');
  for (const list of [world.printed, world.logged, world.fetched]) list.length = 0;
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed / 2 ** 20).toFixed(1);
  console.log(`${String(run).padStart(7)} ${(took / share).toFixed(2).padStart(12)} ${heap.padStart(9)}`);
}
await broker.stop();
