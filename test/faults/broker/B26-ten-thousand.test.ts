// B26: ten thousand leases that end at the same moment, on a PostgreSQL that two brokers share. How long it takes is
// measured by `npm run bench:lag`.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { openPostgres } from '../../../src/broker/store/postgres.ts';
import { breakingEngine } from '../../support/broker/breaking-engine.ts';
import { postgresOptions } from '../../support/broker/databases.ts';
import { lendMany } from '../../support/broker/many-leases.ts';
import { githubPolicy, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { has, testWith } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';

const many = 10_000;
let cluster: PostgresCluster | undefined;

beforeAll(async () => {
  if (has('postgres')) cluster = await startPostgres();
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

testWith(
  ['postgres'],
  'B26 B28: ten thousand leases that end at once are ended and revoked, each once, and none is left',
  async () => {
    const { url } = (await cluster?.freshDatabase()) ?? { url: '' };
    const limits = { connectMs: 60_000, statementMs: 60_000 };
    const database = await openPostgres(postgresOptions(url, limits));
    const store = await openSqlStore(database);
    const now = new Date();
    const ends = { createdAt: now, endsAt: new Date(now.getTime() + 900_000) };
    const objects = await lendMany(database, {
      count: many,
      engine: 'breaking',
      role: 'deploy-prod',
      ...ends,
    });
    const engine = breakingEngine();
    for (const object of objects) engine.objects.add(object);
    const revoked: string[] = [];
    const { revoke } = engine;
    engine.revoke = (lease, signal) => {
      revoked.push(lease.id);
      return revoke(lease, signal);
    };
    const start = (): Promise<TestBroker> =>
      startTestBroker({
        engines: [engine],
        env: { STORE: url },
        policies: { 'github.yaml': githubPolicy },
        yaml: (yaml) =>
          yaml
            .replace(
              '  deploy-prod: { engine: jwt,',
              '  deploy-prod: { engine: breaking }\n  plain: { engine: jwt,',
            )
            .replace(
              '{ sqlite: ./broker.db }',
              '{ postgres: "env:STORE", connect_timeout: 60s, statement_timeout: 60s }\naudit_key: ./audit.pem',
            ),
        beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', signingKey),
      });
    const brokers = [await start(), await start()];
    await Promise.all(brokers.map((broker) => broker.tick()));
    expect(engine.objects.size).toBe(many);
    for (const { world } of brokers) world.clock.skip(901);
    await Promise.all(brokers.map((broker) => broker.tick()));
    // What one of them has claimed the other leaves alone, and may be done before.
    for (let rounds = 0; engine.objects.size > 0 && rounds < 1000; rounds++)
      await Promise.all(brokers.map((broker) => broker.tick()));
    expect(engine.objects.size).toBe(0);
    expect(new Set(revoked).size).toBe(many);
    expect(revoked).toHaveLength(many);
    expect((await store.census(new Date())).live).toEqual({ intent: 0, active: 0, revoking: 0 });
    await Promise.all(brokers.map((broker) => broker.stop()));
    await store.close();
  },
  300_000,
);
