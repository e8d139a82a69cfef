import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { readDetail } from '../../../src/broker/http/authorization-detail.ts';
import { hashOf } from '../../../src/broker/commands/opening.ts';

const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqShtEyVOAflQBcKVUrqhFLh2ws0RMv2HZnATmMNkXG';
const read = (key: unknown): string | undefined =>
  readDetail({ type: 'ephemeral_credential', role: 'deploy', public_key: key }).publicKey;

test('a line as OpenSSH writes it is taken without its comment', () => {
  expect(read(line)).toBe(line);
  expect(read(`${line} runner@ci`)).toBe(line);
});

test.each(['ec', 'ed25519', 'rsa'] as const)('a JWK is taken with its public members alone: %s', (type) => {
  const options = { namedCurve: 'P-256', modulusLength: 2048 };
  const { publicKey } = generateKeyPairSync(type as 'ec', options);
  const jwk = publicKey.export({ format: 'jwk' });
  expect(JSON.parse(read({ ...jwk, kid: 'x', use: 'sig' }) ?? '')).toEqual(jwk);
});

const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'apKG0TJU4B-VAFwpVSuqEUuHbCzREy_YdmcBOYw2RcY' };

test.each([
  ['a second line', `${line}\n${line}`],
  ['the end of a line', `${line}\n`],
  ['another type than the key says', line.replace('ssh-ed25519', 'ssh-rsa')],
  ['a type alone', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5'],
  ['stray bits at the end', `${line.slice(0, -1)}H`.replace('XH', 'X=')],
  ['options before the type', `command="x" ${line}`],
  ['a private key in PEM', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----'],
  ['a comment with control characters', `${line} a\u0007`],
  ['more than 4096 characters', `${line} ${'c'.repeat(4096)}`],
  ['a number', 4],
  ['nothing', null],
  ['a JWK of no known type', { ...jwk, kty: 'oct' }],
  ['a JWK whose type is inherited', { ...jwk, kty: 'constructor' }],
  ['a JWK without its key', { kty: 'OKP', crv: 'Ed25519' }],
  ['a JWK that is no key', { ...jwk, x: 'AAAA' }],
  ['a JWK that is not text', { ...jwk, x: [jwk.x] }],
])('%s is refused', (_, key) => {
  expect(() => read(key)).toThrow(
    'public_key must be a public key as OpenSSH writes it in one line, or a JWK',
  );
});

test('a private JWK is refused, and told why', () => {
  expect(() => read({ ...jwk, d: 'secret' })).toThrow('public_key holds a private key; it never travels');
});

test('another public key makes another request, and none the request that it was before there were any', () => {
  const asked = { role: 'deploy', ttlSeconds: undefined, heartbeatSeconds: undefined };
  expect(hashOf([{ ...asked, publicKey: 'a' }])).not.toBe(hashOf([{ ...asked, publicKey: 'b' }]));
  expect(hashOf([{ ...asked, publicKey: undefined }])).toBe(hashOf([asked]));
});
