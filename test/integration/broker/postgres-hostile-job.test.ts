/** Jobs that use what every login may do so that their own stays alive. */
import { afterAll, expect } from '@jest/globals';
import type { Client } from 'pg';
import { freshLease } from '../../support/broker/leases.ts';
import {
  logIn,
  readyEngine,
  startPostgresScene,
  type PostgresScene,
} from '../../support/broker/postgres-scene.ts';
import { testWith } from '../../support/peers.ts';

let started: Promise<PostgresScene> | undefined;
const scene = (): Promise<PostgresScene> => (started ??= startPostgresScene());

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

const pg = (name: string, body: () => Promise<void>): void => {
  testWith(['postgres'], name, body, 60_000);
};

const isCut = (job: Client): Promise<boolean> =>
  job.query('SELECT 1').then(
    () => false,
    () => true,
  );

pg(
  'a function of the job that looks like one of the server’s is not called in the broker’s name',
  async () => {
    const { url, cluster, roles } = await scene();
    await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_rw'] });
    const id = freshLease();
    const job = await logIn(await ready.issue(id));
    await job.query('CREATE TABLE public.told (who TEXT); GRANT ALL ON public.told TO PUBLIC');
    await job.query(
      'CREATE FUNCTION public.hashtextextended(text, integer) RETURNS bigint LANGUAGE plpgsql AS ' +
        '$$ BEGIN CREATE ROLE backdoor LOGIN; RETURN 0; END $$',
    );
    await job.end();
    await using other = readyEngine({ 'env:URL': url() });
    const next = freshLease();
    await other.issue(next);
    await other.revoke(next);
    await ready.revoke(id);
    expect(await cluster.query("SELECT rolname FROM pg_roles WHERE rolname = 'backdoor'")).toEqual([]);
    expect(await roles()).not.toContain(`ec_${id}`);
  },
);

const holds: Readonly<Record<string, (name: string) => string>> = {
  'a lock by the name of its role': (name) => `SELECT pg_advisory_lock(hashtextextended('${name}', 0))`,
  'a change of its own password': () => "BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine'",
  'a setting of its own role': () => "BEGIN; ALTER ROLE CURRENT_USER SET work_mem = '4MB'",
  'a prepared change of its own password': () =>
    "BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'mine'; PREPARE TRANSACTION 'kept'",
  'a lock on what it made': () => 'CREATE TABLE public.held (n INT); BEGIN; LOCK TABLE public.held',
};

for (const [what, statement] of Object.entries(holds))
  pg(`a job that keeps a transaction open is revoked: ${what}`, async () => {
    const { url, roles } = await scene();
    await using ready = readyEngine({ 'env:URL': url() }, { grants: ['app_rw'] });
    const id = freshLease();
    const job = await logIn(await ready.issue(id));
    await job.query(statement(`ec_${id}`));
    await ready.revoke(id);
    expect(await isCut(job)).toBe(true);
    expect(await roles()).not.toContain(`ec_${id}`);
  });

pg('a job that holds a lock by the name of another’s role does not keep that one alive', async () => {
  const { url, roles } = await scene();
  await using ready = readyEngine({ 'env:URL': url() });
  const [id, accomplice] = [freshLease(), freshLease()];
  const job = await logIn(await ready.issue(id));
  const other = await logIn(await ready.issue(accomplice));
  await other.query(`SELECT pg_advisory_lock(hashtextextended('ec_${id}', 0))`);
  await ready.revoke(id);
  expect(await isCut(job)).toBe(true);
  expect(await roles()).not.toContain(`ec_${id}`);
  await other.end();
  await ready.revoke(accomplice);
});
