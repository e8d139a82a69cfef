// Which servers of PostgreSQL the broker takes, as its store and as a backend.
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { checkBroker } from '../../../src/broker/commands/check-broker.ts';
import { BackendTrouble } from '../../../src/broker/engines/engine.ts';
import { checkGrants } from '../../../src/broker/engines/postgres/check-grants.ts';
import type { Database } from '../../../src/broker/store/database.ts';
import { checkServer } from '../../../src/broker/store/server-version.ts';
import { brokerYaml, githubPolicy } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';
import { startPostgres } from '../../support/postgres.ts';
import { testWith } from '../../support/peers.ts';

/** A FAKE server: it answers the one question with this number. */
function server(version: number): Database {
  const sql = { run: () => Promise.resolve([{ version: String(version) }]) };
  return {
    shared: true,
    transaction: (work: (sql: unknown) => unknown) => Promise.resolve(work(sql)),
  } as unknown as Database;
}

test('a store on a server that nobody mends any more is refused, and of one that is not tested is told', async () => {
  for (const [version, message] of [
    [120_022, 'its server is PostgreSQL 12, and the broker works with 13 and later'],
    [90_624, 'its server is PostgreSQL 9, and'],
    [Number.NaN, 'its server is PostgreSQL NaN, and'],
  ] as const)
    await expect(checkServer(server(version))).rejects.toMatchObject({
      cause: { message: expect.stringContaining(message) },
    });
  for (const version of [130_000, 140_011])
    expect(await checkServer(server(version))).toMatch(
      /^the store: its server is PostgreSQL 1[34]; the broker is tested with 15 and later$/,
    );
  for (const version of [150_000, 150_018, 180_001])
    expect(await checkServer(server(version))).toBeUndefined();
});

testWith(
  ['postgres'],
  '`broker check` asks the store’s server, and says what it is without its password when it does not answer',
  async () => {
    await using cluster = await startPostgres();
    const { url } = await cluster.freshDatabase();
    const world = testWorld({ env: { STORE_URL: url } });
    const yaml = brokerYaml
      .replace(/^store: .*$/m, 'store: { postgres: "env:STORE_URL" }\naudit_key: /etc/broker/audit.pem')
      .replace(/ {2}legacy: .*\n/, '');
    world.disk.set('/etc/broker/broker.yaml', yaml);
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    for (const name of ['signing', 'audit']) world.disk.set(`/etc/broker/${name}.pem`, pem);
    world.disk.set('/etc/broker/policies/p.yaml', githubPolicy.replace(/ {2}- \{ role: legacy.*\n/, ''));
    const check = (offline: boolean) => checkBroker('/etc/broker/broker.yaml', world, { offline });
    expect((await check(false)).notices.join()).not.toContain('its server is');
    await cluster.stop('immediate');
    await expect(check(false)).rejects.toThrow('The store in PostgreSQL (env:STORE_URL) cannot be used: ');
    await expect(check(false)).rejects.not.toThrow(new URL(url).password);
    expect((await check(true)).policies).toBe(1);
  },
  60_000,
);

test('a backend that is older than 15 is told by `broker check`', async () => {
  const asked: string[] = [];
  const session = {
    // A FAKE server: it has what every question looks for that asks for its version.
    ask: (text: string) => {
      asked.push(...text.split('\nUNION ALL '));
      const old = asked.filter((question) => question.includes("'server_version_num')::int < 150000"));
      return Promise.resolve(old.map(() => ({ problem: 'its version is 14.11, and 15 or later is needed' })));
    },
    identifier: (name: string) => `"${name}"`,
    literal: (value: string) => `'${value}'`,
  };
  const taken = { grants: ['app_ro'], databases: ['app'], owner: undefined };
  await expect(checkGrants(session, taken)).rejects.toThrow(BackendTrouble);
  expect(asked[0]).toContain("current_setting('server_version')");
});
