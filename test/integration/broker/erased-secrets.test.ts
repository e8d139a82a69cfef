// A data key that is destroyed is nowhere in the file of the store or its log: not in free pages, nor in rows as they were.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Secret } from '../../../src/domain/secret.ts';
import type { Envelope } from '../../../src/broker/sealing/envelope.ts';
import { makeSealer } from '../../../src/broker/sealing/sealer.ts';
import { openSqlStore } from '../../../src/broker/store/sql-store.ts';
import { openSqlite } from '../../../src/broker/store/sqlite.ts';
import type { Store } from '../../../src/broker/store/store.ts';
import { at } from '../../support/broker/openings.ts';

const { envelopes } = makeSealer([{ id: 'k', octets: new Uint8Array(randomBytes(32)) }]);
const reader = { issuer: 'https://a.example.com', repositoryId: '456789', repository: 'octo-org/octo-repo' };
let folder: string;
let path: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ec-erased-'));
  path = join(folder, 'broker.db');
  store = await openSqlStore(openSqlite(path));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** What is in the log goes into the file. */
async function reopen(): Promise<void> {
  await store.close();
  store = await openSqlStore(openSqlite(path));
}

async function put(name: string, version: number, octets: number): Promise<Envelope> {
  const value = new Secret('v'.repeat(octets));
  const envelope = await envelopes.seal(value, { secret: name, version });
  await store.secrets.put({
    name,
    version,
    envelope,
    by: 'alice',
    graceUntil: at(100),
    now: at(version),
  });
  return envelope;
}

function isOnDisk({ wrappedKey }: Envelope): boolean {
  const files = [path, `${path}-wal`].filter((each) => existsSync(each));
  return files.some((each) => readFileSync(each, 'latin1').includes(wrappedKey.slice(-60)));
}

// The longest takes pages of its own, which its end sets free.
test.each([20, 3000, 16_000])('of a value of %s octets', async (octets) => {
  const first = await put('legacy', 1, octets);
  const deleted = await put('other', 1, octets);
  await reopen();
  // A row that is written anew may leave the one before it behind.
  for (let read = 0; read < 200; read++) await store.secrets.read({ name: 'legacy', reader, now: at(1) });
  const second = await put('legacy', 2, octets);
  expect([first, second, deleted].map(isOnDisk)).toEqual([true, true, true]);
  await store.secrets.fade(at(101));
  expect([first, second, deleted].map(isOnDisk)).toEqual([false, true, true]);
  await store.secrets.destroy({ name: 'other', version: undefined, now: at(102) });
  expect([first, second, deleted].map(isOnDisk)).toEqual([false, true, false]);
  await reopen();
  expect([first, second, deleted].map(isOnDisk)).toEqual([false, true, false]);
});
