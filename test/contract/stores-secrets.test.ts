// The secrets that the broker keeps, on every kind of database.
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { Secret } from '../../src/domain/secret.ts';
import { makeSealer } from '../../src/broker/sealing/sealer.ts';
import type { Envelope } from '../../src/broker/sealing/envelope.ts';
import { openSqlStore } from '../../src/broker/store/sql-store.ts';
import type { Database } from '../../src/broker/store/database.ts';
import type { NewVersion, SecretStore } from '../../src/broker/store/secret-store.ts';
import { secretsWithValue } from '../../src/broker/store/valued-secrets.ts';
import type { Store } from '../../src/broker/store/store.ts';
import { databaseKinds, type DatabaseServer, type TestDatabase } from '../support/broker/databases.ts';
import { at } from '../support/broker/openings.ts';
import { has, testWith } from '../support/peers.ts';

const { envelopes } = makeSealer([{ id: 'k', octets: new Uint8Array(randomBytes(32)) }]);
const name = 'legacy';
const reader = { issuer: 'https://a.example.com', repositoryId: '456789', repository: 'octo-org/octo-repo' };

describe.each(Object.entries(databaseKinds))('kept secrets in the store on %s', (_, kind) => {
  const here = kind.peers.every(has);
  const test = (what: string, body: () => Promise<void>): void => {
    testWith(kind.peers, what, body);
  };
  let server: DatabaseServer;
  let database: TestDatabase;
  let connection: Database;
  let store: Store;
  let secrets: SecretStore;

  beforeAll(async () => {
    if (here) server = await kind.start();
  });

  beforeEach(async () => {
    database = await server.fresh();
    connection = await database.open();
    store = await openSqlStore(connection);
    ({ secrets } = store);
  });

  afterEach(async () => {
    await store.close();
    await database[Symbol.asyncDispose]();
  });

  afterAll(async () => {
    if (here) await server[Symbol.asyncDispose]();
  });

  const made = async (version: number, changes: Partial<NewVersion> = {}): Promise<NewVersion> => ({
    name,
    version,
    envelope: await envelopes.seal(new Secret(`value ${String(version)}`), { secret: name, version }),
    by: 'alice',
    graceUntil: at(3600),
    now: at(version),
    ...changes,
  });
  const put = async (version: number, changes?: Partial<NewVersion>) =>
    secrets.put(await made(version, changes));

  test('those with a value can be asked for by the database alone', async () => {
    expect(await secretsWithValue(connection)).toEqual(new Set());
    await put(1);
    expect(await secretsWithValue(connection)).toEqual(new Set([name]));
    await put(2);
    expect(await secretsWithValue(connection)).toEqual(new Set([name]));
    await secrets.destroy({ name, version: undefined, now: at(5) });
    expect(await secretsWithValue(connection)).toEqual(new Set());
  });

  const opened = async (found: { version: number; envelope: Envelope } | undefined) =>
    found && (await envelopes.open(found.envelope, { secret: name, version: found.version })).reveal();
  const versions = async () =>
    ((await secrets.show(name))?.versions ?? []).map(({ version, destroyedAt }) => [
      version,
      destroyedAt === undefined ? 'there' : 'destroyed',
    ]);

  test('the next version is lent from the moment in which it is put, and versions have an order', async () => {
    expect(await secrets.current(name)).toBeUndefined();
    expect(await secrets.read({ name, reader, now: at(0) })).toBeUndefined();
    expect(await put(1)).toBe('put');
    expect(await opened(await secrets.current(name))).toBe('value 1');
    expect(await put(2)).toBe('put');
    expect(await opened(await secrets.read({ name, reader, now: at(5) }))).toBe('value 2');
    expect(await put(2)).toBe('changed');
    expect(await put(4)).toBe('changed');
    expect(await opened(await secrets.current(name))).toBe('value 2');
  });

  test('of two that put the same next version one has put it', async () => {
    await put(1);
    const both = await Promise.all([put(2, { by: 'alice' }), put(2, { by: 'bob' })]);
    expect(both.toSorted()).toEqual(['changed', 'put']);
    expect(await versions()).toEqual([
      [2, 'there'],
      [1, 'there'],
    ]);
  });

  test('every read counts, for the secret, its version and the repository, also of many at once', async () => {
    await put(1);
    await Promise.all(Array.from({ length: 10 }, () => secrets.read({ name, reader, now: at(5) })));
    await put(2);
    const other = { ...reader, repositoryId: '7', repository: 'octo-org/other' };
    const last = await secrets.read({ name, reader: other, now: at(6) });
    expect(last).toMatchObject({ version: 2, readsSince: 1 });
    expect(await secrets.list()).toMatchObject([
      { name, reads: 11, readsSince: 1, readAt: at(6), changedAt: at(2), createdAt: at(1) },
    ]);
    expect(await secrets.show(name)).toMatchObject({
      versions: [
        { version: 2, reads: 1 },
        { version: 1, reads: 10 },
      ],
      readers: [
        { repository: 'octo-org/octo-repo', reads: 10 },
        { repository: 'octo-org/other', reads: 1 },
      ],
    });
  });

  test('it is due by one read alone: also when the number was lowered, again when it was raised, and anew when it was put', async () => {
    await put(1);
    const read = async (dueAfter?: number): Promise<boolean | undefined> =>
      (await secrets.read({ name, reader, now: at(5), dueAfter }))?.due;
    const reads = [await read(), await read(9), await read(9), await read(9)];
    expect(reads).toEqual([false, false, false, false]);
    const lowered = await Promise.all(Array.from({ length: 4 }, () => read(2)));
    expect(lowered.filter((due) => due === true)).toHaveLength(1);
    expect([await read(1), await read(10), await read(10), await read(2)]).toEqual([
      ...[false, true, false, false],
    ]);
    await put(2);
    expect([await read(2), await read(2), await read(2)]).toEqual([false, true, false]);
  });

  test('an old version is kept for its time of grace, and then its key is destroyed', async () => {
    await put(1);
    await put(2, { graceUntil: at(100) });
    expect(await secrets.fade(at(99))).toEqual([]);
    expect(await secrets.fade(at(100))).toEqual([{ name, version: 1 }]);
    expect(await secrets.fade(at(101))).toEqual([]);
    expect(await secrets.show(name)).toMatchObject({
      versions: [
        { version: 2, graceUntil: undefined, destroyedAt: undefined },
        { version: 1, destroyedAt: at(100), keyId: '' },
      ],
    });
    expect(await secrets.rollBack({ name, version: 1, graceUntil: at(200), now: at(102) })).toBe(false);
    expect(await opened(await secrets.current(name))).toBe('value 2');
  });

  test('a version that is lent again has no end, and the one in whose place it is has', async () => {
    await put(1);
    await put(2, { graceUntil: at(100) });
    const back = { name, version: 1, graceUntil: at(200) };
    // Its grace is over, whether anybody has destroyed it by now or not.
    expect(await secrets.rollBack({ ...back, now: at(100) })).toBe(false);
    expect(await opened(await secrets.current(name))).toBe('value 2');
    expect(await secrets.rollBack({ ...back, now: at(99) })).toBe(true);
    expect(await opened(await secrets.current(name))).toBe('value 1');
    expect(await secrets.fade(at(300))).toEqual([{ name, version: 2 }]);
    expect(await secrets.rollBack({ name, version: 9, graceUntil: at(400), now: at(301) })).toBe(false);
    expect(await put(3)).toBe('put');
  });

  test('what is destroyed leaves nothing to open; what is lent is destroyed only with all', async () => {
    await put(1);
    await put(2);
    expect(await secrets.destroy({ name, version: 2, now: at(9) })).toBe('current');
    expect(await secrets.destroy({ name, version: 1, now: at(9) })).toEqual([1]);
    expect(await secrets.destroy({ name, version: 1, now: at(10) })).toEqual([]);
    await put(3);
    expect(await secrets.destroy({ name, version: undefined, now: at(11) })).toEqual([2, 3]);
    expect(await secrets.current(name)).toBeUndefined();
    expect(await secrets.read({ name, reader, now: at(12) })).toBeUndefined();
    expect(await secrets.list()).toMatchObject([{ current: 0, latest: 3, reads: 0 }]);
    expect(await put(4)).toBe('put');
    expect(await opened(await secrets.current(name))).toBe('value 4');
  });

  test('a key is wrapped anew without the content, and only where nobody was quicker', async () => {
    await put(1);
    await put(2);
    const page = await secrets.wrappedElsewhere('other', undefined);
    expect(page.map(({ version }) => version)).toEqual([1, 2]);
    expect(await secrets.wrappedElsewhere('other', page[0])).toHaveLength(1);
    expect(await secrets.wrappedElsewhere('k', undefined)).toEqual([]);
    const [first] = page;
    if (first === undefined) throw new Error('nothing there');
    const to = { content: 'not written', wrappedKey: 'w', keyId: 'other' };
    expect(await secrets.rewrap(first, { from: first.envelope, to })).toBe(true);
    expect(await secrets.rewrap(first, { from: first.envelope, to })).toBe(false);
    const [left] = await secrets.wrappedElsewhere('third', undefined);
    expect(left?.envelope).toEqual({ ...to, content: first.envelope.content });
  });

  test('a rotation is taken on by one, when it is due, and again when it was never heard of', async () => {
    await put(1);
    const claim = { name, afterReads: 2, now: at(10), until: at(70) };
    await secrets.read({ name, reader, now: at(3) });
    expect(await secrets.claimRotation(claim)).toBeUndefined();
    await secrets.read({ name, reader, now: at(3) });
    const both = await Promise.all([secrets.claimRotation(claim), secrets.claimRotation(claim)]);
    expect(both.filter((found) => found !== undefined)).toMatchObject([
      { abandoned: false, failures: 0, version: { version: 1, latest: 1 } },
    ]);
    expect(await put(2, { now: at(20) })).toBe('rotating');
    expect(await secrets.claimRotation({ ...claim, now: at(71), until: at(130) })).toMatchObject({
      abandoned: true,
    });
    // Whose claim ran out does not put what another is at.
    expect(await put(2, { claimedUntil: at(70), now: at(72) })).toBe('changed');
    expect(await put(2, { claimedUntil: at(130), now: at(73) })).toBe('put');
    expect(await secrets.list()).toMatchObject([{ readsSince: 0, rotatingUntil: undefined }]);
  });

  test('a rotation that failed is not tried again before its time, but at once when it is asked for', async () => {
    await put(1);
    await secrets.read({ name, reader, now: at(3) });
    const claim = { name, afterReads: 1, now: at(10), until: at(70) };
    expect(await secrets.claimRotation(claim)).toBeDefined();
    await secrets.endRotation(name, { failed: true, nextAt: at(100) });
    expect(await secrets.claimRotation({ ...claim, now: at(99) })).toBeUndefined();
    expect(await secrets.claimRotation({ ...claim, afterReads: 0, now: at(99) })).toMatchObject({
      failures: 1,
    });
    await secrets.endRotation(name, { failed: false, nextAt: at(0) });
    expect(await secrets.list()).toMatchObject([{ rotationFailures: 1, rotatingUntil: undefined }]);
  });

  test('what a rotation made of a secret that was deleted meanwhile is not put', async () => {
    await put(1);
    await secrets.claimRotation({ name, afterReads: 0, now: at(10), until: at(70) });
    await secrets.destroy({ name, version: undefined, now: at(20) });
    expect(await put(2, { claimedUntil: at(70), now: at(30) })).toBe('changed');
    expect(await secrets.current(name)).toBeUndefined();
    expect(await secrets.claimRotation({ name, afterReads: 0, now: at(40), until: at(70) })).toBeUndefined();
  });
});
