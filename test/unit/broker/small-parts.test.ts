import { describe, expect, test } from '@jest/globals';
import { addressFinder } from '../../../src/broker/http/connection.ts';
import { backoffMs } from '../../../src/broker/leases/backoff.ts';
import { leaseOf, partId } from '../../../src/broker/domain/lease-record.ts';
import { inMintOrder } from '../../../src/broker/domain/mint-order.ts';
import { decodeBase64url } from '../../../src/protocol/base64url.ts';
import { parseForm } from '../../../src/protocol/form.ts';
import { metadataUrl } from '../../../src/protocol/metadata.ts';
import { makeTokenSigner } from '../../../src/protocol/token-signer.ts';
import { exportPKCS8, generateKeyPair } from 'jose';
import { MalformedJws, parseCompactJws } from '../../../src/protocol/compact-jws.ts';

test('the lease of a part is told by its id, also where that has no letter in it', () => {
  for (const id of ['lse_019ab0123456789abcdef012', 'lse_123456789012345678901234'])
    for (const part of [1, 2, 10]) expect(leaseOf(partId(id, part))).toBe(id);
  expect(leaseOf('')).toBe('');
});

describe('the caller’s address', () => {
  const find = addressFinder(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']);

  test.each([
    ['a stranger’s own claim', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a proxy that we trust', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['two proxies that we trust', '10.1.2.3', '198.51.100.1, 192.0.2.7', '198.51.100.1'],
    ['a stranger before our proxy', '10.1.2.3', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['a proxy that says nothing', '10.1.2.3', null, '10.1.2.3'],
    ['a proxy that says nonsense', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['IPv4 within IPv6', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['IPv6', '2001:db8::1', '2a00::1', '2a00::1'],
    ['a link’s own address', 'fe80::1%eth0', null, 'fe80::1'],
    ['a proxy that adds ports', '10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
    ['a proxy that adds ports to IPv6', '10.1.2.3', '[2a00::1]:4711', '2a00::1'],
  ])('behind %s', (_, peer, forwardedFor, expected) => {
    expect(find({ peer }, forwardedFor)).toBe(expected);
  });
});

test('waiting between attempts doubles to five minutes, with chance in it, and never ends', () => {
  expect([0, 1, 2, 3].map((attempts) => backoffMs(attempts, 0))).toEqual([500, 1000, 2000, 4000]);
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(1000);
  for (const attempts of [9, 50, 1e6]) expect(backoffMs(attempts, 0)).toBe(150_000);
});

test('what can be taken back is minted first, else in the order asked', () => {
  const leases = ['expiry-only', 'policy', 'immediate', 'policy', 'immediate'] as const;
  const asked = leases.map((revocability, index) => ({ revocability, index }));
  expect(inMintOrder(asked).map(({ index }) => index)).toEqual([2, 4, 1, 3, 0]);
});

test('base64url is read in its one canonical spelling', () => {
  expect(decodeBase64url('AQAB')).toEqual(Buffer.from([1, 0, 1]));
  for (const text of ['AQAB=', 'AQ AB', 'AQ+B', 'AQ/B', 'AR', 'A', 'AQAB\n'])
    expect(decodeBase64url(text)).toBeUndefined();
});

test('a compact JWS is taken apart only when every part of it is in form', () => {
  const [header = '', claims = ''] = ['{"alg":"none"}', '{}'].map((json) =>
    Buffer.from(json).toString('base64url'),
  );
  const good = `${header}.${claims}.AQAB`;
  expect(parseCompactJws(good, good.length)).toMatchObject({
    algorithm: 'none',
    header: { alg: 'none' },
    claims: {},
  });
  expect(() => parseCompactJws(good, good.length - 1)).toThrow('longer than');
  for (const text of [
    '',
    'a.b',
    `${good}.AQAB`,
    `${good}.`,
    `.${good}`,
    `${header}..AQAB`,
    `${header}.${claims}.`,
  ])
    expect(() => parseCompactJws(text, 4096)).toThrow(MalformedJws);
});

test('a form keeps every value, and what is no form is refused', () => {
  const form = parseForm(Buffer.from('a=1&b=x+y%26&a=2&c&&d=='));
  expect([...form]).toEqual([
    ['a', ['1', '2']],
    ['b', ['x y&']],
    ['c', ['']],
    ['d', ['=']],
  ]);
  for (const text of ['a=%', 'a=%zz', 'a=%ff', '%c0%af=1'])
    expect(() => parseForm(Buffer.from(text))).toThrow(SyntaxError);
  expect(() => parseForm(Buffer.from([0x61, 0xff]))).toThrow(SyntaxError);
});

test('metadata lies between host and path (RFC 8414 §3.1)', () => {
  expect(metadataUrl(new URL('https://a.example.com'))).toBe(
    'https://a.example.com/.well-known/oauth-authorization-server',
  );
  expect(metadataUrl(new URL('https://a.example.com/x/y/'))).toBe(
    'https://a.example.com/.well-known/oauth-authorization-server/x/y',
  );
});

test.each(['EdDSA', 'ES256'])('the broker signs with %s and knows its own signature', async (algorithm) => {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const signer = await makeTokenSigner(await exportPKCS8(privateKey));
  expect(signer.publicJwks).toHaveLength(1);
  expect(signer.publicJwks[0]).not.toHaveProperty('d');
  const token = await signer.sign('at+jwt', { a: 1 });
  const other = await makeTokenSigner(
    await exportPKCS8((await generateKeyPair(algorithm, { extractable: true })).privateKey),
  );
  expect(await signer.made(parseCompactJws(token, 4096))).toBe(true);
  expect(await other.made(parseCompactJws(token, 4096))).toBe(false);
});

test('no other key becomes a signing key', async () => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  await expect(makeTokenSigner(await exportPKCS8(privateKey))).rejects.toThrow(
    'neither an Ed25519 nor a P-256 key',
  );
  await expect(makeTokenSigner('junk')).rejects.toThrow('not a private key in PEM');
});
