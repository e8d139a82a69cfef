import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeProof } from '../../../src/protocol/dpop.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { publicUrl } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';

let broker: WatchedBroker;
let job: Borrower;

beforeAll(async () => {
  broker = await startWatchedBroker();
  job = new Borrower(broker);
});

afterAll(() => broker.stop());

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with the issuer's own claims under this header, signed in this way. */
async function forged(header: Record<string, unknown>, signed: (input: Buffer) => Buffer): Promise<string> {
  const [, claims = ''] = (await job.idToken()).split('.');
  const input = `${encode({ typ: 'JWT', kid: broker.github.publicKey().kid, ...header })}.${claims}`;
  return `${input}.${signed(Buffer.from(input)).toString('base64url')}`;
}

/** The forms in which an RSA public key was ever taken for a secret. */
function publicKeyTexts(): [string, Buffer][] {
  const key = createPublicKey({ format: 'jwk', key: broker.github.publicKey() });
  const pem = (type: 'spki' | 'pkcs1'): Buffer => Buffer.from(key.export({ type, format: 'pem' }).toString());
  return [
    ['SPKI in PEM', pem('spki')],
    ['PKCS1 in PEM', pem('pkcs1')],
    ['SPKI in DER', key.export({ type: 'spki', format: 'der' })],
    ['the JWK', Buffer.from(JSON.stringify(broker.github.publicKey()))],
    ['its modulus', Buffer.from(broker.github.publicKey().n ?? '', 'base64url')],
    ['nothing', Buffer.alloc(0)],
  ];
}

describe('B02 the algorithm is the issuer’s, whatever the token says', () => {
  test.each(['HS256', 'HS384', 'HS512'])('%s with the public key as secret', async (alg) => {
    for (const [, secret] of publicKeyTexts()) {
      const hash = `sha${alg.slice(2)}`;
      const idToken = await forged({ alg }, (input) => createHmac(hash, secret).update(input).digest());
      await broker.expectRefused(() => job.borrow({ idToken }), {
        status: 400,
        body: { reason: 'signature' },
      });
    }
  });

  test.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'RS384',
    'RS512',
    'PS256',
    'ES256',
    'EdDSA',
    'rs256',
    'RS256 ',
    '../RS256',
  ])('alg %j', async (alg) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const idToken = await forged({ alg }, (input) => sign('sha256', input, privateKey));
    await broker.expectRefused(() => job.borrow({ idToken }), { status: 400, body: { reason: 'signature' } });
  });

  test.each([[['RS256']], [{ RS256: true }], [256], [null], [undefined]])('alg %j', async (alg) => {
    const idToken = await forged({ alg }, () => Buffer.from('x'));
    await broker.expectRefused(() => job.borrow({ idToken }));
  });
});

describe('B02 a key that comes with the token is no key', () => {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = own.publicKey.export({ format: 'jwk' });

  test.each<[string, Record<string, unknown>]>([
    ['jwk', { jwk }],
    ['jku', { jku: 'https://evil.example.com/jwks' }],
    ['x5u', { x5u: 'https://evil.example.com/chain.pem' }],
    ['x5c', { x5c: ['MIIB'] }],
    ['all of them', { jwk, jku: 'http://127.0.0.1/jwks', x5u: 'file:///etc/passwd', x5c: [] }],
  ])('%s', async (_, header) => {
    const asked = broker.world.fetched.length;
    const idToken = await forged({ alg: 'RS256', ...header }, (input) =>
      sign('sha256', input, own.privateKey),
    );
    await broker.expectRefused(() => job.borrow({ idToken }));
    expect(broker.world.fetched.slice(asked)).toEqual([]);
  });

  test('nor is it where the issuer’s own signature holds', async () => {
    await broker.expectRefused(() => job.borrow({ token: { header: { jwk } } }));
    await broker.expectRefused(() => job.borrow({ token: { header: { jku: broker.github.url } } }));
  });
});

describe('B02 the proof’s algorithm fits its key', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ed = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  /** The usual claims of a proof under another key and algorithm. */
  function proofBy(alg: string, key: KeyObject, jwk: object): string {
    const at = broker.world.clock.now();
    const [, claims = ''] = makeProof(job.key, {
      method: 'POST',
      url: `${publicUrl}/token`,
      body: '',
      at,
    }).split('.');
    const input = `${encode({ typ: 'dpop+jwt', alg, jwk })}.${claims}`;
    const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }
  const jwkOf = (key: KeyObject): object => key.export({ format: 'jwk' });

  test.each<[string, () => string]>([
    ['EdDSA with a P-256 key', () => proofBy('EdDSA', ec.privateKey, jwkOf(ec.publicKey))],
    ['ES256 with an Ed25519 key', () => proofBy('ES256', ed.privateKey, jwkOf(ed.publicKey))],
    ['ES256 with a P-384 key', () => proofBy('ES256', p384.privateKey, jwkOf(p384.publicKey))],
    [
      'ES256 on a point that is on no curve',
      () => proofBy('ES256', ec.privateKey, { ...jwkOf(ec.publicKey), y: 'A'.repeat(43) }),
    ],
    ['RS256', () => proofBy('RS256', rsa.privateKey, jwkOf(rsa.publicKey))],
    ['HS256', () => proofBy('HS256', rsa.privateKey, { kty: 'oct', k: 'AAAA' })],
    ['a symmetric key', () => proofBy('EdDSA', ed.privateKey, { kty: 'oct', k: 'AAAA' })],
    ['a private key', () => proofBy('EdDSA', ed.privateKey, jwkOf(ed.privateKey))],
  ])('%s', async (_, make) => {
    const proof = make();
    const answer = await broker.expectRefused(() => job.borrow({ request: { proof } }), {
      status: 400,
      body: { error: 'invalid_dpop_proof' },
    });
    expect(answer.body['error_description']).toMatch(
      /algorithm|private key|no usable x|key is none|signature does not verify/,
    );
  });

  /** Whoever has such a “key” needs no private one: R = the neutral element and S = 0 sign everything. */
  test.each([
    ['the neutral element', `01${'00'.repeat(31)}`],
    ['the neutral element, not canonical', `ee${'ff'.repeat(30)}7f`],
    ['the neutral element with its sign', `01${'00'.repeat(30)}80`],
    ['a point of order two', `ec${'ff'.repeat(30)}7f`],
    ['a point of order four', '00'.repeat(32)],
    ['a point of order eight', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ])('%s binds nobody', async (_, hex) => {
    const at = broker.world.clock.now();
    const [, claims = ''] = makeProof(job.key, {
      method: 'POST',
      url: `${publicUrl}/token`,
      body: '',
      at,
    }).split('.');
    const x = Buffer.from(hex, 'hex').toString('base64url');
    const signature = Buffer.from(`01${'00'.repeat(63)}`, 'hex').toString('base64url');
    const proof = `${encode({ typ: 'dpop+jwt', alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'Ed25519', x } })}.${claims}.${signature}`;
    const answer = await broker.expectRefused(() => job.borrow({ request: { proof } }), {
      status: 400,
      body: { error: 'invalid_dpop_proof' },
    });
    expect(answer.body['error_description']).toMatch('binds nobody');
  });
});
