// The engine `static` with secrets that the broker keeps itself: put, lent, counted, versions, and what must not be lent.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { askStore } from '../../../src/broker/commands/ask-store.ts';
import type { Settings } from '../../../src/broker/commands/settings.ts';
import type { BrokerHost } from '../../../src/broker/domain/outside.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import { StoreError } from '../../../src/broker/store/store.ts';
import { Borrower, leasesOf } from '../../support/broker/borrower.ts';
import { bob } from '../../support/broker/operator-desk.ts';
import {
  lentValue,
  secretValue,
  startSecretDesk,
  type SecretDesk,
  type SecretScene,
} from '../../support/broker/secret-desk.ts';
import { githubPolicy } from '../../support/broker/test-broker.ts';

let folder: string;
let desk: SecretDesk | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec-secrets-'));
});

afterEach(async () => {
  await desk?.broker.stop();
  desk = undefined;
  rmSync(folder, { recursive: true });
});

async function start(scene: SecretScene = {}): Promise<SecretDesk> {
  await desk?.broker.stop();
  desk = await startSecretDesk({ storePath: join(folder, 'broker.db'), ...scene });
  return desk;
}

/** Does something to the store while no broker uses it. */
async function meddle(text: string): Promise<void> {
  await desk?.broker.stop();
  desk = undefined;
  const database = openSqlite(join(folder, 'broker.db'));
  try {
    await database.transaction((sql) => sql.run(text));
  } finally {
    await database.close();
  }
}

const denied = { status: 403, body: { reason: 'denied' } };

test('`broker check` tells which have no value, leaves nothing beside the store, and says so where a broker has it open', async () => {
  const path = join(folder, 'broker.db');
  const { files } = brokerHost(new AbortController().signal);
  const asked = (): ReturnType<typeof askStore> =>
    askStore({ store: { sqlite: path } } as Settings, { files } as BrokerHost, true);
  expect(await asked()).toEqual(new Set());
  const it = await start();
  expect(await asked()).toBeUndefined();
  await it.broker.stop();
  desk = undefined;
  expect(await asked()).toEqual(new Set());
  const again = await start();
  await again.put();
  expect(await asked()).toBeUndefined();
  await again.broker.stop();
  desk = undefined;
  const before = readdirSync(folder);
  expect(await asked()).toEqual(new Set(['legacy']));
  expect(readdirSync(folder)).toEqual(before);
  await meddle('UPDATE secret_versions SET destroyed_at = 1');
  expect(await asked()).toEqual(new Set());
  await meddle('DROP TABLE secret_versions');
  expect(await asked()).toBeUndefined();
});

describe('a secret', () => {
  test('is refused until it is put, and then lent, counted and written down without its value', async () => {
    const it = await start();
    expect(it.broker.world.logged.join()).toContain('the role kept is refused: the secret legacy');
    const refused = await it.borrow();
    expect(refused).toMatchObject(denied);
    expect(JSON.stringify(refused.body)).not.toMatch(/secret|legacy/);
    expect(it.alarms()).toEqual(['secret cannot be lent', 'role denied']);
    expect(await it.put()).toMatchObject({ status: 200, body: { secret: 'legacy', version: 1 } });
    const answer = await it.borrow();
    expect(lentValue(answer)).toBe(secretValue);
    const [lease] = leasesOf(answer);
    expect(lease).toMatchObject({ revocability: 'expiry-only' });
    expect(await it.show()).toMatchObject({
      state: 'ready',
      version: 1,
      reads: 1,
      readers: [{ repository: 'octo-org/octo-repo', repository_id: '456789', reads: 1 }],
    });
    const shown = await it.get(`/admin/leases/${lease?.lease_id ?? ''}`);
    expect(shown.body['secret_versions']).toBe('legacy 1');
    const [line] = it.broker.world.auditLines().filter(({ message }) => message === 'secret read');
    expect(line?.unmapped).toMatchObject({ secret: 'legacy', version: 1, lease_id: lease?.lease_id });
  });

  test('stands in no list, log, audit line, error or file of the store, put well or badly', async () => {
    const it = await start({ secret: ', rotate_after: 2' });
    const replies = [
      await it.put(),
      await it.put(secretValue, { unknown: secretValue }),
      await it.put(`${secretValue}\0`),
      await it.put(secretValue.repeat(1000)),
      await it.post('/admin/secrets/elsewhere/put', { value: secretValue, reason: 'x' }),
      await it.act('rotate'),
      await it.get('/admin/secrets'),
      await it.get('/admin/secrets/legacy'),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 400, 400, 400, 404, 400, 200, 200]);
    await it.borrow();
    await it.borrow();
    await it.put('another-value-of-it');
    expect(JSON.stringify(replies.map(({ body }) => body))).not.toContain(secretValue);
    for (const value of [secretValue, 'another-value-of-it'])
      for (const form of [value, Buffer.from(value).toString('base64').slice(0, -3)])
        expect(it.everything()).not.toContain(form);
  });

  test('has versions: the lease says which it was given, and an earlier one can be lent again', async () => {
    const it = await start({ secret: ', grace: 1h' });
    await it.put('one');
    expect(lentValue(await it.borrow())).toBe('one');
    expect((await it.put('two')).body).toEqual({ secret: 'legacy', version: 2, unchanged: false });
    expect((await it.put('two')).body).toEqual({ secret: 'legacy', version: 2, unchanged: true });
    const second = await it.borrow();
    expect(lentValue(second)).toBe('two');
    const { body } = await it.get(`/admin/leases/${leasesOf(second)[0]?.lease_id ?? ''}`);
    expect(body['secret_versions']).toBe('legacy 2');
    expect(await it.act('roll-back', { version: 1 })).toMatchObject({ status: 200 });
    expect(lentValue(await it.borrow())).toBe('one');
    expect((await it.show())['versions']).toMatchObject([
      { version: 2, state: 'kept', reads: 1, created_by: 'alice' },
      { version: 1, state: 'lent', reads: 2 },
    ]);
  });

  test.each([
    ['before it was stored', false, [1, false]],
    ['after it was stored, and the answer with it', true, [1, true]],
  ])(
    'that is put while the store is lost for a moment %s may be put again: it is there once, and told nowhere',
    async (_, stored, [version, unchanged]) => {
      const it = await start();
      const { secrets } = it.inside().store;
      const real = secrets.put.bind(secrets);
      Object.assign(secrets, {
        put: async (made: Parameters<typeof real>[0]) => {
          if (stored) await real(made);
          throw new StoreError(new Error('connection reset'));
        },
      });
      const lost = await it.put();
      Object.assign(secrets, { put: real });
      expect(lost).toMatchObject({ status: 503 });
      expect((await it.borrow()).status).toBe(stored ? 200 : 403);
      expect((await it.put()).body).toEqual({ secret: 'legacy', version, unchanged });
      expect(lentValue(await it.borrow())).toBe(secretValue);
      expect((await it.show())['versions']).toMatchObject([{ version: 1, state: 'lent' }]);
      // Each attempt was written down before it was made.
      expect(it.messages('operator').filter((message) => message === 'operator puts a secret')).toHaveLength(
        2,
      );
      expect(it.everything() + JSON.stringify(lost.body)).not.toContain(secretValue);
    },
  );

  test('is a part of a role: granted to that role alone, counted for the lease, and its version is shown', async () => {
    const scene = {
      secret: ' }, other: { roles: [pack]',
      policies: {
        'github.yaml': `${githubPolicy}  - { role: kept, access: read }\n  - { role: pack, access: read }\n`,
      },
      yaml: (yaml: string) =>
        yaml.replace(
          'policies: ./policies',
          `  pack:
    parts:
      - { name: token, engine: static, kind: bearer-token, value: "secret:other" }
      - { name: more, engine: static, kind: bearer-token, value: "env:LEGACY_TOKEN" }
policies: ./policies`,
        ),
    };
    const it = await start(scene);
    const pack = { roles: ['pack'] };
    await it.put();
    expect(await it.borrow(pack)).toMatchObject(denied);
    await it.post('/admin/secrets/other/put', { value: 'of-the-part', reason: 'x' });
    const answer = await it.borrow(pack);
    const [lease] = leasesOf(answer);
    expect(lease?.credentials[0]).toMatchObject({ name: 'token', token: 'of-the-part' });
    const shown = await it.get(`/admin/leases/${lease?.lease_id ?? ''}`);
    expect(shown.body['secret_versions']).toBe('other 1');
    expect((await it.get('/admin/secrets/other')).body).toMatchObject({ reads: 1 });
    expect(it.everything()).not.toContain('of-the-part');
    await it.broker.stop();
    desk = undefined;
    const widened = {
      ...scene,
      yaml: (yaml: string) => scene.yaml(yaml).replace('secret:other', 'secret:legacy'),
    };
    await expect(start(widened)).rejects.toThrow(/may be named by kept only/);
  });

  test('keeps an old version for its time of grace and no longer', async () => {
    const it = await start({ secret: ', grace: 1h' });
    await it.put('one');
    await it.put('two');
    it.broker.world.clock.skip(3599);
    await it.broker.tick();
    expect((await it.show())['versions']).toMatchObject([{ state: 'lent' }, { state: 'kept' }]);
    it.broker.world.clock.skip(2);
    await it.broker.tick();
    expect((await it.show())['versions']).toMatchObject([{ state: 'lent' }, { state: 'destroyed' }]);
    expect(it.messages()).toContain('secret version destroyed: its time of grace is over');
    expect(await it.act('roll-back', { version: 1 })).toMatchObject({ status: 409 });
    await it.put('three', { grace: 0 });
    await it.broker.tick();
    expect((await it.show())['versions']).toMatchObject([
      { version: 3 },
      { version: 2, state: 'destroyed' },
      {},
    ]);
  });

  test('is deleted: its keys are destroyed, and its roles refused', async () => {
    const it = await start();
    await it.put('one');
    await it.put('two');
    expect(await it.act('delete', { version: 2 })).toMatchObject({ status: 409 });
    expect((await it.act('delete', { version: 1 })).body['destroyed']).toEqual([1]);
    expect(lentValue(await it.borrow())).toBe('two');
    expect((await it.act('delete', { all: true })).body['destroyed']).toEqual([2]);
    expect(await it.borrow()).toMatchObject(denied);
    expect(await it.show()).toMatchObject({ state: 'refused', version: 0, reads: 1 });
    await it.put('three');
    expect(lentValue(await it.borrow())).toBe('three');
  });

  test('is neither changed nor lent where that could not be written down', async () => {
    const it = await start({ secret: ', grace: 1h' });
    await it.put('one');
    await it.put('two');
    it.broker.world.auditFails = true;
    const tried = [
      await it.put('three'),
      await it.act('roll-back', { version: 1 }),
      await it.act('delete', { version: 1 }),
      await it.act('delete', { all: true }),
    ];
    expect(tried.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    it.broker.world.auditFails = false;
    expect((await it.show())['versions']).toMatchObject([
      { version: 2, state: 'lent' },
      { version: 1, state: 'kept' },
    ]);
    const inside = it.inside();
    const { audit } = inside;
    Object.assign(inside, {
      audit: (events: Parameters<typeof audit>[0]) =>
        events.some(({ message }) => message === 'secret read')
          ? Promise.reject(new Error('no space left on device'))
          : audit(events),
    });
    const unread = await it.borrow();
    expect(unread.status).toBe(503);
    expect(JSON.stringify(unread.body)).not.toContain('two');
    Object.assign(inside, { audit });
    expect(lentValue(await it.borrow())).toBe('two');
  });

  test('is changed by those alone who may, and looked at by those who may read', async () => {
    const it = await start();
    const body = { value: 'x', reason: 'x' };
    expect(await it.post('/admin/secrets/legacy/put', body, { certificate: bob })).toMatchObject({
      status: 403,
    });
    expect(await it.get('/admin/secrets', { certificate: bob })).toMatchObject({ status: 200 });
    expect(await it.post('/admin/secrets/legacy/put', body, { authorization: null })).toMatchObject({
      status: 401,
    });
    expect(await it.put('')).toMatchObject({ status: 400 });
  });

  test('is due at once, and told once, when `rotate_after` was lowered below the reads it has', async () => {
    const before = await start({ secret: ', rotate_after: 9' });
    await before.put();
    for (let read = 0; read < 4; read++) await before.borrow();
    expect(before.alarms().filter((message) => message.startsWith('secret is due'))).toEqual([]);
    const it = await start({ secret: ', rotate_after: 2' });
    for (let read = 0; read < 3; read++) await it.borrow();
    expect(it.alarms().filter((message) => message.startsWith('secret is due'))).toHaveLength(1);
  });

  test('is due after so many reads: told once, and in the list', async () => {
    const it = await start({ secret: ', rotate_after: 2, migrate_to: "OIDC of the registry"' });
    await it.put();
    for (let read = 0; read < 4; read++) await it.borrow();
    const due = it.alarms().filter((message) => message.startsWith('secret is due'));
    expect(due).toHaveLength(1);
    const { body } = await it.get('/admin/secrets');
    expect(body['secrets']).toMatchObject([
      {
        secret: 'legacy',
        state: 'due',
        reads: 4,
        migrate_to: 'OIDC of the registry',
        rotated_by: 'operator',
      },
    ]);
    await it.put('another');
    expect(await it.show()).toMatchObject({ state: 'ready', reads: 4, reads_since_change: 0 });
  });
});

describe('what is sealed', () => {
  test('opens under a sealing key that is no longer the first, and is wrapped by the first', async () => {
    const it = await start();
    await it.put();
    const restarted = await start({ sealing: ['fresh', 'old'] });
    expect(lentValue(await restarted.borrow())).toBe(secretValue);
    await restarted.broker.tick();
    expect((await restarted.show())['versions']).toMatchObject([{ sealing_key: 'fresh' }]);
    expect(restarted.messages()).toContain('data keys of secrets are wrapped by the first sealing key now');
    expect(lentValue(await (await start({ sealing: ['fresh'] })).borrow())).toBe(secretValue);
  });

  test('is refused without its sealing key, for a reason that operators alone see', async () => {
    await (await start()).put();
    const it = await start({ sealing: ['fresh'] });
    const refused = await it.borrow();
    expect(refused).toMatchObject(denied);
    expect(JSON.stringify(refused.body)).not.toMatch(/key|seal/);
    expect(await it.show()).toMatchObject({ state: 'refused' });
    const line = it.broker.world.auditLines().find(({ message }) => message === 'role denied');
    expect(line?.unmapped?.['kept']).toMatchObject({ secret: 'legacy', sealing_key: 'old' });
    await it.broker.tick();
    await it.broker.tick();
    const told = it.alarms().filter((message) => message === 'a data key cannot be wrapped anew');
    expect(told).toHaveLength(1);
    // Nothing was written for the job that was refused, and nothing counts.
    expect(it.messages('lease')).toEqual([]);
    expect(await it.show()).toMatchObject({ reads: 0 });
    expect(lentValue(await (await start()).borrow())).toBe(secretValue);
  });

  test.each([
    ['damaged content', "UPDATE secret_versions SET content = content || 'x' WHERE version = 2"],
    ['a damaged key', "UPDATE secret_versions SET wrapped_key = 'x' WHERE version = 2"],
    [
      'the content of another version',
      'UPDATE secret_versions SET content = (SELECT content FROM secret_versions AS other WHERE other.version = 1) WHERE version = 2',
    ],
    [
      'another version altogether',
      'UPDATE secret_versions SET (content, wrapped_key) = (SELECT content, wrapped_key FROM secret_versions AS other WHERE other.version = 1) WHERE version = 2',
    ],
    [
      'the row of another secret',
      "UPDATE secret_versions SET (content, wrapped_key) = (SELECT content, wrapped_key FROM secret_versions AS other WHERE other.version = 2 AND other.name = 'other') WHERE name = 'legacy' AND version = 2",
    ],
  ])('is refused when it is not what was sealed for it: %s', async (_, statement) => {
    const it = await start({ secret: ' }, other: { roles: [kept]' });
    await it.post('/admin/secrets/other/put', { value: 'of-the-other', reason: 'x' });
    await it.post('/admin/secrets/other/put', { value: 'of-the-other-2', reason: 'x' });
    await it.put('one');
    await it.put('two');
    await meddle(statement);
    const again = await start({ secret: ' }, other: { roles: [kept]' });
    expect(await again.borrow()).toMatchObject(denied);
    expect(String((await again.show())['problem'])).toMatch(/damaged/);
  });
});

describe('the limits of its role hold for it', () => {
  const twice = async (it: SecretDesk): Promise<number[]> => {
    await it.put();
    return [(await it.borrow()).status, (await it.borrow()).status];
  };

  test.each([
    ['a budget of reads', 'reads: { budget: 1, per: 1h }', [200, 403]],
    ['a rate', 'rate: { requests: 1, per: 1h }', [200, 429]],
    ['one at a time', 'max_active: 1', [200, 403]],
    ['networks', 'networks: [203.0.113.0/24]', [403, 403]],
    ['times', "times: [{ from: '00:00', to: '00:01', zone: UTC }]", [403, 403]],
  ])('%s', async (_, access, statuses) => {
    expect(await twice(await start({ role: `, access: { ${access} }` }))).toEqual(statuses);
  });

  test('a request that is refused for want of the secret takes no place', async () => {
    const it = await start({ role: ', access: { max_active: 1, reads: { budget: 1, per: 1h } }' });
    expect(await it.borrow()).toMatchObject(denied);
    await it.put();
    expect(lentValue(await it.borrow())).toBe(secretValue);
  });

  test('its lifetime, and encryption to the job', async () => {
    const it = await start({ role: ', ttl: { default: 60s, max: 60s }, require_encryption: true' });
    await it.put();
    expect(await it.borrow()).toMatchObject({ status: 400 });
    const plain = await start({ role: ', ttl: { default: 60s, max: 60s }' });
    expect(leasesOf(await plain.borrow())[0]).toMatchObject({ expires_in: 60 });
  });

  test('a dry run says whether it would be lent, and reads nothing', async () => {
    const it = await start();
    const dry = () => new Borrower(it.broker).borrow({ roles: ['kept'], form: { dry_run: 'true' } });
    expect(JSON.stringify((await dry()).body)).toContain('"deny"');
    await it.put();
    expect(JSON.stringify((await dry()).body)).toContain('"allow"');
    expect(await it.show()).toMatchObject({ reads: 0 });
  });
});

describe('broker.yaml', () => {
  test.each([
    ['a secret without a key to seal it', { yaml: (y: string) => y, sealing: [] }, /sealing/],
    [
      'a role that the secret does not name',
      { secret: '', yaml: (y: string) => y.replace('value: "env:LEGACY_TOKEN"', 'value: "secret:legacy"') },
      /roles\.legacy: the secret legacy may be named by kept only/,
    ],
    [
      'a secret that is not there',
      { yaml: (y: string) => y.replace('env:LEGACY_TOKEN', 'secret:nowhere') },
      /there is no secret nowhere/,
    ],
    [
      'a secret that is told not to be one',
      {
        yaml: (y: string) =>
          y.replace(
            'policies: ./policies',
            '  open: { engine: static, kind: fields, fields: { a: { value: "secret:legacy", sensitive: false } } }\npolicies: ./policies',
          ),
      },
      /what the broker keeps as a secret is one/,
    ],
    [
      'owners that have nobody in common',
      { secret: ', grantable_by: [payments]', role: ', grantable_by: [platform]' },
      /no owner in common/,
    ],
    [
      'a policy whose owner the secret does not name',
      { secret: ', grantable_by: [payments]' },
      /only policies of payments may grant it/,
    ],
    [
      'a rotation that takes too long',
      { secret: ', rotation: { command: [x], timeout: 10m }' },
      /at most 60s/,
    ],
  ])('with %s is refused', async (_, scene, message) => {
    await expect(start(scene as SecretScene)).rejects.toThrow(message);
  });
});
