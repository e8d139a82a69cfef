import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eraseJobKey, jobKey } from '../../../src/leases/job-key.ts';
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
  const proof = await makeProof(second, { method: 'POST', url: 'https://b.example', at: new Date() });
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
