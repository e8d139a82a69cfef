import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { IdToken } from '../../../src/domain/id-token.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { eraseEndedKeys, eraseJobKey, jobKey } from '../../../src/leases/job-key.ts';
import { makeProof, makeProofKey } from '../../../src/protocol/dpop.ts';
import { clientWorld, type ClientWorld } from '../../support/client/world.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const pathIn = ({ job }: ClientWorld): string => join(job.folder, 'key.json');

function put(world: ClientWorld, text: string, mode = 0o600): void {
  mkdirSync(world.job.folder, { mode: 0o700 });
  writeFileSync(pathIn(world), text);
  chmodSync(pathIn(world), mode);
}

function textOf(key = makeProofKey()): string {
  return JSON.stringify({ version: 1, jwk: key.privateKey.export({ format: 'jwk' }) });
}

test('every command of a job has the same key, and it signs', async () => {
  using world = clientWorld();
  const first = await jobKey(world);
  const second = await jobKey(world.next());
  expect([second.thumbprint, second.publicJwk]).toEqual([first.thumbprint, first.publicJwk]);
  expect(second.publicJwk).not.toHaveProperty('d');
  const proof = makeProof(second, { method: 'POST', url: 'https://b.example', at: new Date() });
  expect(proof.split('.')).toHaveLength(3);
});

test('it lies in a file for the owner alone, in a folder for the owner alone', async () => {
  using world = clientWorld();
  await jobKey(world);
  expect(statSync(pathIn(world)).mode & 0o777).toBe(0o600);
  expect(statSync(world.job.folder).mode & 0o777).toBe(0o700);
});

test('of many that begin at once, one makes it', async () => {
  using world = clientWorld();
  const keys = await Promise.all(Array.from({ length: 8 }, () => jobKey(world)));
  expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(1);
  expect(world.journal.filter((deed) => deed === 'create key.json')).toHaveLength(1);
});

test('one that is faster between looking and writing wins', async () => {
  const theirs = makeProofKey();
  let path = '';
  using world = clientWorld({
    breaks: (deed) => {
      if (deed === 'create key.json' && !existsSync(path))
        writeFileSync(path, textOf(theirs), { mode: 0o600 });
    },
  });
  path = pathIn(world);
  expect((await jobKey(world)).thumbprint).toBe(theirs.thumbprint);
});

test('one that is still being written is waited for, two seconds at most', async () => {
  using world = clientWorld();
  const text = textOf();
  put(world, text.slice(0, 20));
  world.clock.after(1000, () => {
    writeFileSync(pathIn(world), text);
  });
  expect((await jobKey(world)).publicJwk.x).toBe((JSON.parse(text) as { jwk: { x: string } }).jwk.x);
  writeFileSync(pathIn(world), text.slice(0, 20));
  const before = world.clock.monotonicMs();
  expect(await failureOf(() => jobKey(world))).toMatchObject({ code: 'input-invalid' });
  expect(world.clock.monotonicMs() - before).toBeLessThanOrEqual(2100);
});

describe('a key that is not the job’s own is refused, and not told', () => {
  test.each([0o640, 0o604, 0o620, 0o666])('because of its mode %o', async (mode) => {
    using world = clientWorld();
    put(world, textOf(), mode);
    expect(await failureOf(() => jobKey(world))).toMatchObject({ code: 'input-invalid' });
  });

  test('because it is a link', async () => {
    using world = clientWorld();
    mkdirSync(world.job.folder, { mode: 0o700 });
    writeFileSync(join(world.temp, 'theirs'), textOf(), { mode: 0o600 });
    symlinkSync(join(world.temp, 'theirs'), pathIn(world));
    expect(await failureOf(() => jobKey(world))).toMatchObject({ code: 'input-invalid' });
  });

  test('because others may write to its folder', async () => {
    using world = clientWorld();
    put(world, textOf());
    chmodSync(world.job.folder, 0o777);
    expect(await failureOf(() => jobKey(world))).toMatchObject({ code: 'delivery-failed' });
  });

  test.each([
    ['of another kind', { version: 1, jwk: { kty: 'EC', crv: 'P-256', d: 'x', x: 'y' } }],
    ['without its private half', { version: 1, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'y' } }],
    ['whose halves do not belong together', mixed()],
    ['of another version', { ...(JSON.parse(textOf()) as object), version: 2 }],
    ['that is none', 'x'],
  ])('because it is one %s', async (_, content) => {
    using world = clientWorld();
    put(world, JSON.stringify(content));
    const error = await failureOf(() => jobKey(world));
    expect(error).toMatchObject({ code: 'input-invalid', message: expect.stringContaining('key.json') });
    const { d = '' } = (content as { jwk?: { d?: string } }).jwk ?? {};
    if (d.length > 8) expect(everythingIn(error)).not.toContain(d);
  });
});

function mixed(): unknown {
  const own = makeProofKey().privateKey.export({ format: 'jwk' });
  return { version: 1, jwk: { ...own, x: makeProofKey().publicJwk.x } };
}

test('a disk that does not take it is told, and no key is used that the next command would not have', async () => {
  using world = clientWorld({
    breaks: (deed) => {
      if (deed.startsWith('create')) throw new Error('ENOSPC');
    },
  });
  expect(await failureOf(() => jobKey(world))).toMatchObject({ code: 'delivery-failed' });
});

test('at the end of the job it is erased, once or twice', async () => {
  using world = clientWorld();
  await jobKey(world);
  eraseJobKey(world);
  eraseJobKey(world);
  expect(existsSync(pathIn(world))).toBe(false);
  await jobKey(world);
  expect(readFileSync(pathIn(world), 'utf8')).toContain('Ed25519');
});

describe('in a folder of all that a user runs', () => {
  const now = new Date('2026-11-20T16:00:00Z');
  const usersOf = ({ host, job }: ClientWorld, at = now) => ({
    job: { ...job, folderOf: 'user' as const },
    host: { ...host, clock: { ...host.clock, now: () => at } },
  });
  const idToken = (text: string, seconds: number): IdToken => ({
    token: new Secret(text),
    claims: {},
    issuer: 'https://issuer.example',
    audience: 'a',
    expiresAt: new Date(now.getTime() + seconds * 1000),
  });
  const files = ({ job }: ClientWorld): string[] => readdirSync(job.folder).sort();

  test('each ID token has a key of its own, and the same token the same', async () => {
    using world = clientWorld();
    const where = usersOf(world);
    const keys = [
      await jobKey(where, idToken('one', 300)),
      await jobKey(where, idToken('two', 300)),
      await jobKey(where, idToken('one', 300)),
    ].map(({ thumbprint }) => thumbprint);
    expect(keys[2]).toBe(keys[0]);
    expect(keys[1]).not.toBe(keys[0]);
    expect(files(world)).toHaveLength(2);
    for (const name of files(world)) expect(name).toMatch(/^key-[0-9a-f]{16}-\d{10}\.json$/);
  });

  test('a key goes when its ID token has ended, and not before', async () => {
    using world = clientWorld();
    const where = usersOf(world);
    await jobKey(where, idToken('short', 300));
    await jobKey(where, idToken('long', 3600));
    writeFileSync(join(world.job.folder, 'key-0123456789abcdef-1.json.txt'), 'no key of ours');
    eraseEndedKeys(usersOf(world, new Date(now.getTime() + 330_000)));
    expect(files(world)).toHaveLength(3);
    eraseEndedKeys(usersOf(world, new Date(now.getTime() + 361_000)));
    expect(files(world)).toEqual([
      'key-0123456789abcdef-1.json.txt',
      expect.stringMatching(/^key-[0-9a-f]{16}-/),
    ]);
    eraseEndedKeys(usersOf(world, new Date(now.getTime() + 3_661_000)));
    expect(files(world)).toEqual(['key-0123456789abcdef-1.json.txt']);
  });

  test('a job’s own folder is left to the end of the job', async () => {
    using world = clientWorld();
    await jobKey(world);
    writeFileSync(join(world.job.folder, 'key-0123456789abcdef-1.json'), '{}', { mode: 0o600 });
    eraseEndedKeys(world);
    expect(files(world)).toEqual(['key-0123456789abcdef-1.json', 'key.json']);
  });

  test('what cannot be erased is left, without a word', () => {
    using world = clientWorld({
      breaks: (deed) => {
        if (deed.startsWith('erase')) throw new Error('EPERM');
      },
    });
    mkdirSync(world.job.folder, { mode: 0o700 });
    writeFileSync(join(world.job.folder, 'key-0123456789abcdef-1.json'), '{}');
    eraseEndedKeys(usersOf(world));
    expect(files(world)).toHaveLength(1);
  });
});
