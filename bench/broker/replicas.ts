// npm run bench:replicas: what an exchange costs where one, two and three brokers share a PostgreSQL, which is started for
// it: CPU of the brokers' processes, since all of them, the server and the client share this machine.
// Option: requests of each part.
import { generateKeyPairSync } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { startPostgres } from '../../test/support/postgres.ts';
import { cpuSecondsOf, percentile } from './figures.ts';
import { sendInFlight } from './in-flight.ts';
import { startPlace, type Place } from './place.ts';
import { prepare } from './requests.ts';

const requests = Number(process.argv[2] ?? 1500);
const warmUp = 400;
const inFlightEach = 16;

/** Spreads so many requests evenly. @returns microseconds of CPU each, requests a second, and the waits */
async function measure(places: readonly Place[], count: number) {
  const each = Math.ceil(count / places.length);
  const prepared = await Promise.all(places.map((place) => prepare('good', each, place)));
  const cpu = (): number => places.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0);
  const [before, start] = [cpu(), performance.now()];
  const found = await Promise.all(
    places.map(({ url }, index) => sendInFlight(url, prepared[index] ?? [], inFlightEach)),
  );
  const done = each * places.length;
  const perSecond = done / ((performance.now() - start) / 1000);
  return { cpu: ((cpu() - before) / done) * 1e6, perSecond, waits: found.flatMap(({ waits }) => waits) };
}

const { privateKey } = generateKeyPairSync('ed25519');
const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
await using cluster = await startPostgres();
const { url } = await cluster.freshDatabase();
const shared = { url, signingKey };
const places: Place[] = [];
for (let count = 1; count <= 3; count++) {
  const place = await startPlace(undefined, shared);
  places.push(place);
  await measure([place], warmUp);
}
// In turn, twice: what else the machine does changes.
for (const count of [1, 2, 3, 3, 2, 1]) {
  const { cpu, perSecond, waits } = await measure(places.slice(0, count), requests);
  console.log(
    `${String(count)} brokers  ${cpu.toFixed(0)} µs CPU each  ${perSecond.toFixed(0)}/s  p50 ${percentile(waits, 0.5).toFixed(0)} ms  p99 ${percentile(waits, 0.99).toFixed(0)} ms`,
  );
}
for (const place of places) await place.stop();
console.log(
  `${String(availableParallelism())} cores; load of the machine at the end ${loadavg()[0]?.toFixed(1) ?? ''}`,
);
