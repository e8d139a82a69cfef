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
    await expect(makeEncryptionKey().decrypt(jwe)).rejects.toThrow('decryption operation failed');
    const parts = jwe.split('.');
    parts[3] = `${parts[3]?.startsWith('A') === true ? 'B' : 'A'}${parts[3]?.slice(1) ?? ''}`;
    await expect(key.decrypt(parts.join('.'))).rejects.toThrow('decryption operation failed');
    for (const junk of ['', 'a.b.c', 'a.b.c.d.e', text]) await expect(key.decrypt(junk)).rejects.toThrow();
  });
});

test('the key has public members only and is another each time', () => {
  expect(Object.keys(key.publicJwk).sort()).toEqual(['crv', 'kty', 'x']);
  expect(JSON.stringify(key)).not.toContain('"d"');
  expect(makeEncryptionKey().publicJwk.x).not.toBe(key.publicJwk.x);
});
