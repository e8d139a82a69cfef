import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { CompactEncrypt, generateSecret, importJWK } from 'jose';
import { makeEncryptionKey } from '../../../src/protocol/encryption.ts';
import { encryptTo, readEncryptionKey } from '../../../src/protocol/jwe.ts';

const key = makeEncryptionKey();
const text = '[{"token":"s3cret"}]';

async function sealed(alg: string, enc: string, to = key.publicJwk): Promise<string> {
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg, enc })
    .encrypt(await importJWK(to, alg));
}

describe('what is encrypted to the key of one request', () => {
  test('is opened when jose made it with ECDH-ES and A256GCM', async () => {
    expect(Buffer.from(await key.decrypt(await sealed('ECDH-ES', 'A256GCM'))).toString()).toBe(text);
  });

  test('is opened when our broker made it', async () => {
    const broker = await readEncryptionKey(JSON.stringify(key.publicJwk));
    if (broker === undefined) throw new Error('the broker does not take the key');
    const jwe = await encryptTo(broker, text);
    expect(jwe).not.toContain('s3cret');
    expect(Buffer.from(await key.decrypt(jwe)).toString()).toBe(text);
  });

  test('is opened where it names the parties (RFC 7518 §4.6.1)', async () => {
    const jwe = await new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .setKeyManagementParameters({ apu: Buffer.from('Alice'), apv: Buffer.from('Bob') })
      .encrypt(await importJWK(key.publicJwk, 'ECDH-ES'));
    expect(Buffer.from(await key.decrypt(jwe)).toString()).toBe(text);
  });

  test.each([
    ['ECDH-ES+A256KW', 'A256GCM'],
    ['ECDH-ES', 'A128GCM'],
    ['ECDH-ES', 'A256CBC-HS512'],
  ])('is not opened when it was made with %s and %s', async (alg, enc) => {
    const jwe = await sealed(alg, enc);
    await expect(key.decrypt(jwe)).rejects.toThrow('not allowed');
  });

  test('is not opened by `dir` with a key of the sender’s choice', async () => {
    const jwe = await new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(await generateSecret('A256GCM'));
    await expect(key.decrypt(jwe)).rejects.toThrow('not allowed');
  });

  test('is not opened by another key, changed, or no JWE at all', async () => {
    const jwe = await sealed('ECDH-ES', 'A256GCM');
    await expect(makeEncryptionKey().decrypt(jwe)).rejects.toThrow('unable to authenticate data');
    const parts = jwe.split('.');
    parts[3] = `${parts[3]?.startsWith('A') === true ? 'B' : 'A'}${parts[3]?.slice(1) ?? ''}`;
    await expect(key.decrypt(parts.join('.'))).rejects.toThrow('unable to authenticate data');
    for (const junk of ['', 'a.b.c', 'a.b.c.d.e', text]) await expect(key.decrypt(junk)).rejects.toThrow();
  });
});

/** A FAKE sender: what no honest one makes. The shared secret is zero, as a point of low order would make it. */
function forged(change: object, { iv = 12, tag = 16 } = {}): string {
  const x = Buffer.alloc(32).toString('base64url');
  const epk = { kty: 'OKP', crv: 'X25519', x };
  const header = Buffer.from(JSON.stringify({ alg: 'ECDH-ES', enc: 'A256GCM', epk, ...change }));
  const info = ['00000001', '00'.repeat(32), '00000007', Buffer.from('A256GCM').toString('hex')];
  const content = createHash('sha256')
    .update(Buffer.from([...info, '00000000', '00000000', '00000100'].join(''), 'hex'))
    .digest();
  const vector = Buffer.alloc(iv);
  const cipher = createCipheriv('aes-256-gcm', content, vector, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(header.toString('base64url')));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  const parts = [header, Buffer.alloc(0), vector, sealed, cipher.getAuthTag().subarray(0, tag)];
  return parts.map((part) => part.toString('base64url')).join('.');
}

describe('what only looks like it', () => {
  test('a point of low order, with which everybody knows the key, is refused', async () => {
    await expect(key.decrypt(forged({}))).rejects.toThrow('derivation');
  });

  test.each([
    ['says `crit`', { crit: ['exp'], exp: 1 }],
    ['is compressed', { zip: 'DEF' }],
    ['has no sender’s key', { epk: undefined }],
    ['has a sender’s key of another type', { epk: { kty: 'EC', crv: 'X25519', x: 'A'.repeat(43) } }],
    ['has a sender’s key on another curve', { epk: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } }],
    ['has a sender’s key that is too short', { epk: { kty: 'OKP', crv: 'X25519', x: 'AAAA' } }],
    ['names a party by no text', { apu: 1 }],
    ['names a party by no base64url', { apv: '+' }],
  ])('one that %s is refused before a key is agreed on', async (_, change) => {
    await expect(key.decrypt(forged(change))).rejects.toThrow('not a JWE');
  });

  test.each([
    ['an IV of 16 octets', { iv: 16 }],
    ['a tag of 12 octets', { tag: 12 }],
  ])('one with %s is refused before a key is agreed on', async (_, lengths) => {
    await expect(key.decrypt(forged({}, lengths))).rejects.toThrow('not a JWE');
  });

  test('one with a wrapped key, or with a sixth segment, is refused', async () => {
    const parts = (await sealed('ECDH-ES', 'A256GCM')).split('.');
    const wrapped = parts.with(1, 'AAAA').join('.');
    for (const jwe of [wrapped, [...parts, ''].join('.')])
      await expect(key.decrypt(jwe)).rejects.toThrow('not a JWE');
  });

  test('a header that says something twice is refused', async () => {
    const [header = '', ...rest] = (await sealed('ECDH-ES', 'A256GCM')).split('.');
    const twice = Buffer.from(header, 'base64url').toString().replace('{', '{"alg":"dir",');
    const jwe = [Buffer.from(twice).toString('base64url'), ...rest].join('.');
    await expect(key.decrypt(jwe)).rejects.toThrow('not clean JSON');
  });
});

test('the key has public members only and is another each time', () => {
  expect(Object.keys(key.publicJwk).sort()).toEqual(['crv', 'kty', 'x']);
  expect(JSON.stringify(key)).not.toContain('"d"');
  expect(makeEncryptionKey().publicJwk.x).not.toBe(key.publicJwk.x);
});
