// `npm run bench:engines -- [ROUNDS]`: the postgres engine lends and revokes, round after round. What must stay flat:
// the broker's memory, its connections, and the size of the server's catalogues after a vacuum.
import { postgres } from '../../src/broker/engines/postgres.ts';
import { engineTools, mintOf } from '../../test/support/broker/engine-tools.ts';
import { freshLease, leaseRecord } from '../../test/support/broker/leases.ts';
import { startPostgresScene } from '../../test/support/broker/postgres-scene.ts';

const rounds = Number(process.argv[2] ?? 10_000);
const atATime = 4;
const looks = 10;

await using scene = await startPostgresScene();
const engine = postgres.open(engineTools({ 'env:URL': scene.url() }));
const role = engine.prepare(
  postgres.parameters.parse({ url: 'env:URL', database: 'app', grants: ['app_ro'] }),
);
const { signal } = new AbortController();

async function round(times: { issue: number[]; revoke: number[] }): Promise<void> {
  const id = freshLease();
  const begun = performance.now();
  await role.issue(mintOf({ leaseId: id, role: 'app-ro', signal }));
  const issued = performance.now();
  await engine.revoke(leaseRecord({ id, revokeData: role.backend }), signal);
  times.issue.push(issued - begun);
  times.revoke.push(performance.now() - issued);
}

function at(share: number, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1).padStart(6);
}

console.log(' rounds  issue p50    p99  revoke p50    p99 ms   heap MB  connections  catalogue kB');
for (let look = 0; look < looks; look++) {
  const times = { issue: [] as number[], revoke: [] as number[] };
  let left = Math.ceil(rounds / looks);
  const work = async (): Promise<void> => {
    while (left-- > 0) await round(times);
  };
  await Promise.all(Array.from({ length: atATime }, work));
  globalThis.gc?.();
  for (const catalogue of ['pg_authid', 'pg_auth_members', 'pg_shdepend'])
    await scene.cluster.query(`VACUUM ${catalogue}`);
  const [found] = await scene.cluster.query(
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE usename = 'broker')::int AS connections, " +
      "((pg_total_relation_size('pg_authid') + pg_total_relation_size('pg_auth_members')) / 1024)::int AS kilobytes",
  );
  console.log(
    [
      String(Math.ceil((rounds / looks) * (look + 1))).padStart(7),
      `${at(0.5, times.issue)} ${at(0.99, times.issue)}`.padStart(17),
      `${at(0.5, times.revoke)} ${at(0.99, times.revoke)}`.padStart(18),
      (process.memoryUsage().heapUsed / 2 ** 20).toFixed(1).padStart(12),
      String(found?.['connections']).padStart(12),
      String(found?.['kilobytes']).padStart(13),
    ].join(' '),
  );
}
const left = await scene.roles();
console.log(left.length === 0 ? 'No role is left.' : `${String(left.length)} roles are left.`);
await engine.close?.();
process.exitCode = left.length === 0 ? 0 : 1;
