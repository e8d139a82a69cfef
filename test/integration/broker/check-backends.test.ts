// `broker check` asks each role's backend whether it would lend.
import { afterAll, expect, test } from '@jest/globals';
import { askBackends } from '../../../src/broker/commands/ask-backends.ts';
import type { ReadyRole } from '../../../src/broker/commands/broker.ts';
import { checkBroker } from '../../../src/broker/commands/check-broker.ts';
import { BackendTrouble } from '../../../src/broker/engines/engine.ts';
import { readYaml } from '../../../src/domain/yaml-document.ts';
import { readyEngine, startPostgresScene, type PostgresScene } from '../../support/broker/postgres-scene.ts';
import { brokerYaml, githubPolicy } from '../../support/broker/test-broker.ts';
import { testClock, testWorld } from '../../support/broker/world.ts';
import { testWith } from '../../support/peers.ts';

const document = readYaml(
  'broker.yaml',
  'roles:\n  well: {}\n  ill: {}\n  mute: {}\n  odd: {}\n  bare: {}\n',
);

type Check = (signal: AbortSignal) => Promise<void>;

function rolesOf(checks: Readonly<Record<string, Check | undefined>>): Map<string, ReadyRole> {
  return new Map(
    Object.entries(checks).map(([name, check]) => [name, { prepared: { check } } as unknown as ReadyRole]),
  );
}

const well: Check = () => Promise.resolve();
const ill: Check = () => Promise.reject(new BackendTrouble('GRANT it'));
const odd: Check = () => Promise.reject(new Error('password=hunter2'));

test('roles whose backend would lend are named, and those without one left out', async () => {
  const roles = rolesOf({ well, bare: undefined });
  expect(await askBackends(roles, { clock: testClock(), document })).toEqual(['well']);
});

test('all are asked at once, and each that would not lend is told at its line, without anything it did not mean to tell', async () => {
  const clock = testClock();
  const mute: Check = () => new Promise(() => undefined);
  const asking = askBackends(rolesOf({ well, ill, odd, mute }), { clock, document });
  setImmediate(() => {
    clock.advance(10);
  });
  await expect(asking).rejects.toThrow(
    [
      'broker.yaml:3: roles.ill: its backend would not lend: GRANT it',
      'broker.yaml:5: roles.odd: its backend would not lend: it could not be asked',
      'broker.yaml:4: roles.mute: its backend would not lend: no answer within 10 s',
    ].join('\n'),
  );
});

let scene: Promise<PostgresScene> | undefined;
afterAll(async () => {
  await (await scene)?.[Symbol.asyncDispose]();
});

async function trouble(
  parameters: Readonly<Record<string, unknown>>,
  url?: (scene: PostgresScene) => string,
): Promise<string> {
  const at = await (scene ??= startPostgresScene());
  await using engine = readyEngine({ 'env:URL': url?.(at) ?? at.url() }, parameters);
  try {
    await engine.role.check?.(new AbortController().signal);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(BackendTrouble);
    return error instanceof Error ? error.message : '';
  }
}

testWith(['postgres'], 'PostgreSQL: what the how-to says is enough, and changes nothing', async () => {
  expect(await trouble({ owner: 'app_owner', grants: ['app_ro', 'app_rw'] })).toBe('none');
  expect(await (await scene)?.roles()).toEqual([]);
});

testWith(
  ['postgres'],
  'PostgreSQL: everything that is missing is told at once, with the statement for it',
  async () => {
    const { cluster } = await (scene ??= startPostgresScene());
    await cluster.query('CREATE DATABASE "Other"');
    await cluster.query('REVOKE CONNECT ON DATABASE "Other" FROM PUBLIC');
    await cluster.query('CREATE ROLE stranger');
    const told = await trouble({
      database: undefined,
      databases: ['app', 'gone', 'Other'],
      grants: ['app_ro', 'nobody_knows'],
      owner: 'stranger',
    });
    expect(told.split('; ').toSorted()).toEqual([
      'PostgreSQL: there is no role nobody_knows',
      'broker cannot hand what a job made to stranger: GRANT stranger TO broker',
      'broker may not connect to Other: GRANT CONNECT ON DATABASE "Other" TO broker',
      'none of its grants may connect to Other: GRANT CONNECT ON DATABASE "Other" TO app_ro',
      'there is no database gone',
    ]);
  },
);

testWith(['postgres'], 'PostgreSQL: a role that may not make roles, and one that is not let in', async () => {
  const { cluster } = await (scene ??= startPostgresScene());
  await cluster.query('ALTER ROLE broker NOCREATEROLE');
  expect(await trouble({})).toBe('PostgreSQL: broker may not make roles: ALTER ROLE broker CREATEROLE');
  await cluster.query('ALTER ROLE broker CREATEROLE');
  const wrong = await trouble({}, (at) => at.url().replace(/:[0-9a-f]+@/, ':not-it@'));
  expect(wrong).toBe(
    'PostgreSQL: asking the server failed (28P01: the password of the broker’s role is wrong)',
  );
});

test('`--offline` asks nobody', async () => {
  const world = testWorld({ env: { URL: 'postgres://broker:secret@127.0.0.1:1/app?sslmode=disable' } });
  const role = '  app-ro: { engine: postgres, url: "env:URL", database: app, grants: [app_ro] }';
  world.disk.set(
    '/etc/broker/broker.yaml',
    brokerYaml.replace(/ {2}app-ro: .*/, role).replace(/ {2}legacy: .*\n/, ''),
  );
  world.disk.set('/etc/broker/policies/p.yaml', githubPolicy.replace(/ {2}- \{ role: legacy.*\n/, ''));
  const check = (offline: boolean): Promise<unknown> =>
    checkBroker('/etc/broker/broker.yaml', world, { offline });
  await expect(check(true)).resolves.toMatchObject({ asked: [] });
  await expect(check(false)).rejects.toThrow(
    /roles\.app-ro: its backend would not lend: PostgreSQL: asking the server failed/,
  );
});
