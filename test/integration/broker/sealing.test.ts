// What revoking needs is sealed in the store, with each kind of store: a fake backend wants the secret back.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkBroker } from '../../../src/broker/commands/check-broker.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { openPostgres } from '../../../src/broker/store/postgres.ts';
import type { Database } from '../../../src/broker/store/database.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { sealedEngine, type BreakingEngine } from '../../support/broker/breaking-engine.ts';
import { postgresOptions } from '../../support/broker/databases.ts';
import { brokerYaml, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';
import { testWith } from '../../support/peers.ts';
import { startPostgres, type PostgresCluster } from '../../support/postgres.ts';

const key = (): string => randomBytes(32).toString('base64');
const old = key();
const fresh = key();
const withKeys = (...ids: string[]): string =>
  `sealing: { keys: [${ids.map((id) => `{ id: ${id}, env: KEY_${id} }`).join(', ')}] }\n`;

const signingKey = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

let cluster: Promise<PostgresCluster> | undefined;
afterAll(async () => {
  await (await cluster)?.[Symbol.asyncDispose]();
});

interface Place {
  readonly yaml: string;
  readonly env: Record<string, string>;
  readonly storePath?: string;
  open(): Database | Promise<Database>;
}

let folder: string;
let broker: TestBroker | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-sealing-'));
});
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
  rmSync(folder, { recursive: true });
});

const kinds = [
  {
    kind: 'SQLite',
    peers: [],
    place: (): Promise<Place> => {
      const storePath = join(folder, 'broker.db');
      return Promise.resolve({ yaml: brokerYaml, env: {}, storePath, open: () => openSqlite(storePath) });
    },
  },
  {
    kind: 'PostgreSQL',
    peers: ['postgres'] as const,
    place: async (): Promise<Place> => {
      const { url } = await (await (cluster ??= startPostgres())).freshDatabase();
      const store = 'store: { postgres: "env:STORE_URL" }\naudit_key: /etc/broker/audit.pem';
      const yaml = brokerYaml.replace('store: { sqlite: ./broker.db }', store);
      return { yaml, env: { STORE_URL: url }, open: () => openPostgres(postgresOptions(url)) };
    },
  },
];

async function start(
  place: Place,
  engine: BreakingEngine,
  ids: readonly string[],
  env: Record<string, string> = {},
): Promise<TestBroker> {
  const role = '  deploy-prod: { engine: kept }';
  broker = await startTestBroker({
    ...(place.storePath === undefined ? {} : { storePath: place.storePath }),
    engines: [engine],
    yaml: () => place.yaml.replace(/ {2}deploy-prod: .*/, role) + withKeys(...ids),
    beforeStart: ({ disk }) => void disk.set('/etc/broker/signing.pem', signingKey),
    env: { KEY_old: old, KEY_fresh: fresh, ...place.env, ...env },
  });
  return broker;
}

async function restart(place: Place, engine: BreakingEngine, ids: readonly string[]): Promise<TestBroker> {
  await broker?.stop();
  broker = undefined;
  return start(place, engine, ids);
}

/** Does something to the store while no broker uses it. */
async function meddle<T>(place: Place, work: (run: Run) => Promise<T>): Promise<T> {
  await broker?.stop();
  broker = undefined;
  const database = await place.open();
  try {
    return await database.transaction((sql) => work((text, ...values) => sql.run(text, ...values)));
  } finally {
    await database.close();
  }
}

type Run = (text: string, ...values: string[]) => Promise<readonly Record<string, unknown>[]>;

const problem = 'a lease cannot be revoked: the key that seals what revoking needs is missing';
const damage = 'a lease cannot be revoked: what is sealed for it is damaged';
const alarms = (running: TestBroker, message: string): number =>
  running.world.auditLines().filter((line) => line.message === message && line.severity_id >= 4).length;

/** Time passes, by default more than a lease has, and the broker works until it is so; the expectation after it tells. */
async function endOfLeases(running: TestBroker, isSo: () => boolean, seconds = 1000): Promise<void> {
  running.world.clock.skip(seconds);
  // A round leaves alone what the worker has in hand.
  for (let round = 0; round < 300 && !isSo(); round++) {
    await running.tick();
    await new Promise(setImmediate);
  }
}

describe.each(kinds)('with a store in $kind', ({ peers, place: makePlace }) => {
  testWith(peers, 'the engine gets its secret to revoke, and nothing else ever shows it', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    const place = await makePlace();
    const running = await start(place, engine, ['old']);
    const job = new Borrower(running);
    const answer = await job.borrow();
    expect(answer.status).toBe(200);
    const secret = [...(engine.secrets?.values() ?? [])].join();
    expect(secret).not.toBe('');
    const given = await job.giveBack();
    expect(given.body['leases']).toMatchObject([{ state: 'revoked' }]);
    expect(engine.objects.size).toBe(0);
    const { world } = running;
    const seen = JSON.stringify([answer.body, given.body, [...world.disk], world.printed, world.logged]);
    expect(seen).not.toContain(secret);
    expect(seen).not.toContain('eyJ' + 'hbGciOiJBMjU2R0NNS1ci');
    const rows = await meddle(place, (run) => run('SELECT sealed FROM leases'));
    expect(rows).toEqual([{ sealed: '' }]);
  });

  testWith(peers, 'it is sealed while the lease lives, and the lease’s record says only that', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    const place = await makePlace();
    const running = await start(place, engine, ['old']);
    await new Borrower(running).borrow();
    const secret = [...(engine.secrets?.values() ?? [])].join();
    const [row] = await meddle(place, (run) => run('SELECT * FROM leases'));
    expect(String(row?.['sealed'])).toMatch(/^eyJ[\w-]+(\.[\w-]+){4}$/);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  testWith(peers, 'a new first key seals, and the old one still opens', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    const place = await makePlace();
    await new Borrower(await start(place, engine, ['old'])).borrow();
    const running = await restart(place, engine, ['fresh', 'old']);
    await new Borrower(running).borrow({ token: { claims: { run_id: '77', check_run_id: '78' } } });
    const rows = await meddle(place, (run) => run('SELECT sealed FROM leases ORDER BY created_at'));
    const kids = rows.map(({ sealed }) => {
      const [header = ''] = String(sealed).split('.');
      return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
    });
    expect(kids.toSorted()).toEqual(['fresh', 'old']);
    await endOfLeases(await start(place, engine, ['fresh', 'old']), () => engine.objects.size === 0);
    expect(engine.objects.size).toBe(0);
  });

  testWith(
    peers,
    'a key that is missing leaves the lease queued with an alarm until it is back',
    async () => {
      const engine = sealedEngine('kept', 4 * 3600);
      const place = await makePlace();
      await new Borrower(await start(place, engine, ['old'])).borrow();
      const without = await restart(place, engine, ['fresh']);
      await endOfLeases(without, () => alarms(without, problem) > 0);
      expect(alarms(without, problem)).toBe(1);
      expect(alarms(without, 'a backend does not revoke: it is asked now and then until it does')).toBe(0);
      expect(engine.objects.size).toBe(1);
      const [row] = await meddle(place, (run) => run('SELECT state FROM leases'));
      expect(row).toEqual({ state: 'revoking' });
      const again = await start(place, engine, ['fresh', 'old']);
      again.world.clock.skip(400);
      await endOfLeases(again, () => engine.objects.size === 0);
      expect(engine.objects.size).toBe(0);
    },
  );

  const spoilt: readonly [string, (run: Run) => Promise<unknown>, readonly string[]][] = [
    ['was tampered with', (run) => run("UPDATE leases SET sealed = sealed || 'AAAA'"), ['old']],
    ['is no JWE', (run) => run("UPDATE leases SET sealed = 'nonsense'"), ['old']],
  ];
  for (const [what, spoil, ids] of spoilt)
    testWith(peers, `what ${what} is not opened; the lease stays queued`, async () => {
      const engine = sealedEngine('kept', 4 * 3600);
      const place = await makePlace();
      await new Borrower(await start(place, engine, ['old'])).borrow();
      await meddle(place, spoil);
      const running = await start(place, engine, ids);
      await endOfLeases(running, () => alarms(running, damage) > 0);
      expect(alarms(running, damage)).toBe(1);
      expect(engine.objects.size).toBe(1);
      const [row] = await meddle(place, (run) => run('SELECT state FROM leases'));
      expect(row).toEqual({ state: 'revoking' });
    });

  testWith(peers, 'what was sealed for another lease is not opened', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    const place = await makePlace();
    const running = await start(place, engine, ['old']);
    await new Borrower(running).borrow();
    await new Borrower(running).borrow({ token: { claims: { run_id: '77', check_run_id: '78' } } });
    await meddle(place, async (run) => {
      const [one, two] = await run('SELECT id, sealed FROM leases');
      await run('UPDATE leases SET sealed = $1 WHERE id = $2', String(one?.['sealed']), String(two?.['id']));
    });
    const after = await start(place, engine, ['old']);
    await endOfLeases(after, () => alarms(after, damage) > 0 && engine.objects.size === 1);
    expect(engine.objects.size).toBe(1);
    expect(alarms(after, damage)).toBe(1);
  });

  testWith(peers, 'another key under the same id opens nothing; the right one does', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    const place = await makePlace();
    await new Borrower(await start(place, engine, ['old'])).borrow();
    await meddle(place, () => Promise.resolve());
    const wrong = await start(place, engine, ['old'], { KEY_old: fresh });
    await endOfLeases(wrong, () => alarms(wrong, damage) > 0);
    expect(alarms(wrong, damage)).toBe(1);
    expect(engine.objects.size).toBe(1);
    const right = await restart(place, engine, ['old']);
    right.world.clock.skip(400);
    await endOfLeases(right, () => engine.objects.size === 0);
    expect(engine.objects.size).toBe(0);
  });

  testWith(
    peers,
    'what was refused while the backend was away is revoked with its secret later',
    async () => {
      const engine = sealedEngine('kept', 4 * 3600);
      engine.issueFails = 'hangs';
      const place = await makePlace();
      const running = await start(place, engine, ['old']);
      // A backend that is away just then: the queue must know the secret afterwards.
      engine.revokeFails = true;
      const asked = new Borrower(running).borrow();
      await engine.waiting;
      running.world.auditFails = true;
      engine.release();
      expect((await asked).status).toBe(503);
      const [row] = await meddle(place, (run) => run('SELECT state, sealed FROM leases'));
      expect(row).toMatchObject({ state: 'revoking', sealed: expect.stringMatching(/^eyJ/) });
      engine.revokeFails = false;
      await endOfLeases(await start(place, engine, ['old']), () => engine.objects.size === 0, 400);
      expect(engine.objects.size).toBe(0);
    },
  );

  testWith(peers, 'what was minted too late for its request is revoked with its secret', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    engine.issueFails = 'hangs';
    const running = await start(await makePlace(), engine, ['old']);
    const asked = new Borrower(running).borrow();
    await engine.waiting;
    running.world.clock.advance(16);
    expect((await asked).status).toBe(503);
    engine.release();
    await new Promise(setImmediate);
    expect(engine.objects.size).toBe(1);
    await endOfLeases(running, () => engine.objects.size === 0);
    expect(engine.objects.size).toBe(0);
  });

  testWith(peers, 'what was minted and then refused is revoked with its secret', async () => {
    const engine = sealedEngine('kept', 4 * 3600);
    engine.issueFails = 'hangs';
    const running = await start(await makePlace(), engine, ['old']);
    const asked = new Borrower(running).borrow();
    await engine.waiting;
    running.world.auditFails = true;
    engine.release();
    expect((await asked).status).toBe(503);
    running.world.auditFails = false;
    expect(engine.objects.size).toBe(0);
  });
});

describe('the keys', () => {
  const good = { KEY_old: old, KEY_fresh: fresh };
  const starting = (sealing: string, env: Record<string, string> = good): Promise<TestBroker> =>
    startTestBroker({
      engines: [sealedEngine('kept')],
      yaml: (yaml) => yaml.replace(/ {2}deploy-prod: .*/, '  deploy-prod: { engine: kept }') + sealing,
      env,
    });

  test('an engine that keeps a secret does not load without one', async () => {
    await expect(starting('')).rejects.toThrow(/deploy-prod\.engine.*sealing: \{ keys/s);
  });

  test.each([
    ['no 32 octets', { KEY_old: 'c2hvcnQ=' }, withKeys('old'), /keys\[?\.?0\]?\.env.*not 32 octets/s],
    ['no variable', {}, withKeys('old'), /KEY_old is not set/],
    ['no file', {}, 'sealing: { keys: [{ id: a, file: ./a.key }] }\n', /there is no file \.\/a\.key/],
    ['no program', {}, 'sealing: { keys: [{ id: a, command: [kms, open] }] }\n', /kms cannot be started/],
    ['two places', good, 'sealing: { keys: [{ id: a, env: KEY_old, file: b }] }\n', /say once where/],
    ['one id twice', good, withKeys('old', 'old'), /two keys have the same id/],
    ['no key', good, 'sealing: { keys: [] }\n', /name at least one key/],
  ])('%s: a clear error that holds no key', async (_, env, sealing, message) => {
    const error: unknown = await starting(sealing, env).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain('c2hvcnQ');
  });
});

test('`broker check` fetches the keys of every source and names them', async () => {
  const running = await startTestBroker();
  await running.stop();
  const { world } = running;
  const yaml =
    brokerYaml +
    'sealing: { keys: [{ id: a, file: a.key }, { id: b, env: KEY_old }, { id: c, command: [./kms, c] }] }\n';
  world.disk.set('/etc/broker/broker.yaml', yaml).set('/etc/broker/a.key', `${old}\n`);
  world.programs.set('/etc/broker/kms c', `${Buffer.from(fresh, 'base64').toString('base64url')}\n`);
  const host = { ...world, env: { ...world.env, KEY_old: old } };
  expect((await checkBroker('/etc/broker/broker.yaml', host)).sealingKeys).toEqual(['a', 'b', 'c']);
  world.programs.clear();
  await expect(checkBroker('/etc/broker/broker.yaml', host)).rejects.toThrow(/\.\/kms cannot be started/);
});
