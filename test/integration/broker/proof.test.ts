import type { KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { makeProof, sha256, type ProofTarget } from '../../../src/protocol/dpop.ts';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker();
});

afterAll(() => broker.stop());

const body = 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange';

interface Change {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: { readonly privateKey: CryptoKey | KeyObject; readonly jwk: JWK };
}

/** A request whose proof is ours to spoil: everything else about it is right. */
async function borrowWith(change: Change, form: Record<string, string> = {}): Promise<Answer> {
  const job = new Borrower(broker);
  const own = change.key ?? { privateKey: job.key.privateKey, jwk: job.key.publicJwk };
  const details = JSON.stringify([{ type: 'ephemeral_credential', role: 'deploy-prod' }]);
  const content = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await job.idToken({ claims: { check_run_id: String(Math.floor(Math.random() * 1e9)) } }),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    authorization_details: details,
    ...form,
  }).toString();
  const now = Math.floor(broker.world.clock.now().getTime() / 1000);
  const claims = {
    jti: sha256(String(Math.random())),
    htm: 'POST',
    htu: `${publicUrl}/token`,
    iat: now,
    bh: sha256(content),
    ...change.claims,
  };
  const proof = await new SignJWT(claims)
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: own.jwk, ...change.header })
    .sign(own.privateKey);
  return job.post('/token', {}, { proof, body: content });
}

describe('a DPoP proof', () => {
  test('that is right is taken', async () => {
    expect((await borrowWith({})).status).toBe(200);
  });

  test.each<[string, Change, string | undefined]>([
    ['of another type', { header: { typ: 'JWT' } }, undefined],
    ['without a key', { header: { jwk: undefined } }, undefined],
    ['for another method', { claims: { htm: 'GET' } }, 'proof-target'],
    ['for another endpoint', { claims: { htu: `${publicUrl}/revoke` } }, 'proof-target'],
    ['for another host', { claims: { htu: 'https://evil.example.com/token' } }, 'proof-target'],
    [
      'for the URL in another spelling',
      { claims: { htu: `${publicUrl.toUpperCase()}/token` } },
      'proof-target',
    ],
    ['for the URL with a query', { claims: { htu: `${publicUrl}/token?x=1` } }, 'proof-target'],
    ['a minute too old', { claims: { iat: 1_795_176_000 - 61 } }, 'proof-time'],
    ['a minute too young', { claims: { iat: 1_795_176_000 + 61 } }, 'proof-time'],
    ['without a time', { claims: { iat: undefined } }, undefined],
    ['over another body', { claims: { bh: sha256('other') } }, 'proof-body'],
    ['without a body hash', { claims: { bh: undefined } }, 'proof-body'],
    ['whose two body hashes differ', { claims: { 'camara:bh': sha256('other') } }, 'proof-body'],
    ['over a query that is not there', { claims: { qh: sha256('') } }, 'proof-target'],
    ['without a number', { claims: { jti: undefined } }, undefined],
    ['with an endless number', { claims: { jti: 'x'.repeat(257) } }, undefined],
    ['with a crit header', { header: { crit: ['b64'], b64: true } }, undefined],
  ])('%s is refused', async (_, change, reason) => {
    const answer = await borrowWith(change);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
    expect(answer.body['reason']).toBe(reason);
  });

  test('under the other name of its algorithm is taken', async () => {
    const job = new Borrower(broker);
    const key = { privateKey: job.key.privateKey, jwk: job.key.publicJwk };
    // The thumbprint is that of another key than the token's: the proof passes, the token does not.
    expect((await borrowWith({ key, header: { alg: 'EdDSA' } })).body['reason']).toBe(
      'token-bound-to-other-key',
    );
  });

  test('with ES256 and a P-256 key is taken; with the key of another type it is not', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const key = { privateKey, jwk: await exportJWK(publicKey) };
    expect((await borrowWith({ key, header: { alg: 'ES256' } })).body['reason']).toBe(
      'token-bound-to-other-key',
    );
    const other = new Borrower(broker).key.publicJwk;
    const mixed = await borrowWith({ key: { privateKey, jwk: other }, header: { alg: 'ES256' } });
    expect(mixed.body['error']).toBe('invalid_dpop_proof');
  });

  test('by RS256 is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const answer = await borrowWith({
      key: { privateKey, jwk: await exportJWK(publicKey) },
      header: { alg: 'RS256' },
    });
    expect(answer.body['error']).toBe('invalid_dpop_proof');
  });

  test('that carries its private key is refused', async () => {
    const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
    const answer = await borrowWith({ key: { privateKey, jwk: await exportJWK(privateKey) } });
    expect(answer.body['error_description']).toMatch('private key');
  });

  test('signed by another key than it shows is refused', async () => {
    const { privateKey } = await generateKeyPair('Ed25519');
    const answer = await borrowWith({ key: { privateKey, jwk: new Borrower(broker).key.publicJwk } });
    expect(answer.body['error']).toBe('invalid_dpop_proof');
  });

  test('that is missing, doubled or too long is refused', async () => {
    const job = new Borrower(broker);
    const form = new Request(`${publicUrl}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${body}&subject_token=a.b.c&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&authorization_details=%5B%7B%22type%22%3A%22ephemeral_credential%22%2C%22role%22%3A%22a%22%7D%5D`,
    });
    expect((await job.send(form)).body['error']).toBe('invalid_dpop_proof');
    const proof = makeProof(job.key, target('x'));
    expect((await job.borrow({ request: { proof: `${proof}, ${proof}` } })).body).toMatchObject({
      error: 'invalid_dpop_proof',
      error_description: 'the request has more than one DPoP header',
    });
    expect((await job.borrow({ request: { proof: proof + 'x'.repeat(4096) } })).status).toBe(431);
  });

  test('is good for one request only', async () => {
    const job = new Borrower(broker, { issuer: broker.gitlab });
    const idToken = await job.idToken();
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      authorization_details: '[{"type":"ephemeral_credential","role":"deploy-prod"}]',
    };
    const proof = makeProof(job.key, target(new URLSearchParams(form).toString()));
    expect((await job.post('/token', form, { proof })).status).toBe(200);
    expect((await job.post('/token', form, { proof })).body).toMatchObject({
      error: 'invalid_dpop_proof',
      reason: 'proof-replayed',
    });
  });

  test('covers the query as it was sent', async () => {
    const job = new Borrower(broker);
    const claims = { check_run_id: '31' };
    expect((await job.borrow({ token: { claims }, request: { path: '/token?a=%7e&b' } })).status).toBe(200);
    const proof = makeProof(job.key, target('x'));
    expect((await job.borrow({ request: { path: '/token?a=1', proof } })).body['error']).toBe(
      'invalid_dpop_proof',
    );
  });

  test('is not asked what host the request named', async () => {
    const job = new Borrower(broker);
    const headers = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com' };
    expect(
      (await job.borrow({ token: { claims: { check_run_id: '32' } }, request: { headers } })).status,
    ).toBe(200);
  });
});

test('a broker may be set to take proofs without a body hash, but never one with a wrong one', async () => {
  const lenient = await startTestBroker({ yaml: (yaml) => `${yaml}body_hash: optional\n` });
  const strict = broker;
  broker = lenient;
  try {
    expect((await borrowWith({ claims: { bh: undefined } })).status).toBe(200);
    expect((await borrowWith({ claims: { bh: sha256('other') } })).body['reason']).toBe('proof-body');
  } finally {
    broker = strict;
    await lenient.stop();
  }
});

function target(content: string): ProofTarget {
  return { method: 'POST', url: `${publicUrl}/token`, body: content, at: broker.world.clock.now() };
}
