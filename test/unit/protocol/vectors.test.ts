/** Each vector of test/vectors against our client and against our broker. */
import { execFileSync } from 'node:child_process';
import { createPublicKey, sign } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import { calculateJwkThumbprint, compactDecrypt, EmbeddedJWK, jwtVerify } from 'jose';
import { readAttested } from '../../../src/broker/audit/attested-event.ts';
import { makeAuditKey } from '../../../src/broker/audit/audit-key.ts';
import type { AuditRecord } from '../../../src/broker/audit/ocsf.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { readPending } from '../../../src/protocol/deferred.ts';
import { checkProof, parseProof, ProofError } from '../../../src/protocol/dpop-check.ts';
import { keyBoundAudience, makeProof, sha256, type ProofTarget } from '../../../src/protocol/dpop.ts';
import { encryptionKey } from '../../../src/protocol/encryption.ts';
import type { Call } from '../../../src/protocol/http.ts';
import { encryptTo, readEncryptionKey } from '../../../src/protocol/jwe.ts';
import type { KeyPair } from '../../../src/protocol/key-pair.ts';
import { refusal } from '../../../src/protocol/oauth-error.ts';
import { revocationForm } from '../../../src/protocol/revocation.ts';
import { borrowFurther, leaseState, sendHeartbeat, type Session } from '../../../src/protocol/session.ts';
import { exchangeForm, readLoan } from '../../../src/protocol/token-exchange.ts';
import { check, linesOf } from '../../support/broker/audit-log.ts';
import { brokerCall } from '../../support/client/broker-call.ts';
import { jsonAnswer } from '../../support/client/world.ts';
import {
  keys,
  privateKey,
  proofKey,
  vectorBroker,
  vectorKey,
  vectors,
  type Json,
} from '../../support/vectors.ts';

const root = join(import.meta.dirname, '../../..');

function decoded(segment: string | undefined): string {
  return Buffer.from(segment ?? '', 'base64url').toString();
}

function recipientKey(): KeyPair {
  const own = privateKey('recipient');
  return { privateKey: own, x: createPublicKey(own).export({ format: 'jwk' }).x ?? '' };
}

/** Of named vectors one test each. */
function named<T>(list: unknown): [string, T][] {
  return (list as (T & { name: string })[]).map((vector) => [vector.name, vector]);
}

test('the files are what their generator writes', () => {
  const args = [join(root, 'scripts/generate-vectors.ts'), '--check'];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('');
});

describe('keys and hashes', () => {
  test.each(Object.entries(keys))(
    'thumbprint of %s',
    async (name, { public_jwk, thumbprint, thumbprint_input }) => {
      expect(await calculateJwkThumbprint(public_jwk)).toBe(thumbprint);
      expect(sha256(thumbprint_input)).toBe(thumbprint);
      expect(privateKey(name).type).toBe('private');
    },
  );

  test.each(
    (vectors('hashes')['hashes'] as Record<'what' | 'text' | 'sha256', string>[]).map(
      (each) => [each.what, each] as const,
    ),
  )('%s', (_, { text, sha256: hash }) => {
    expect(sha256(text)).toBe(hash);
  });

  test('audiences', () => {
    const audiences = vectors('id-tokens')['audiences'] as Record<'key' | 'audience' | 'bound', string>[];
    for (const { key, audience, bound } of audiences)
      expect(keyBoundAudience(audience, vectorKey(key).thumbprint)).toBe(bound);
  });
});

interface Proof {
  readonly key: string;
  readonly request: { method: string; url: string; query?: string; body?: string; access_token?: string };
  readonly time?: number;
  readonly header: Json;
  readonly claims: Json & { readonly nonce?: string };
  readonly signing_input: string;
  readonly jws: string;
  readonly reason?: string;
}

describe('proofs', () => {
  const file = vectors('proofs') as { time: number; valid: unknown; invalid: unknown };

  function judged({ jws, request, time = file.time }: Proof): ReturnType<typeof checkProof> {
    const { method, url, query, body, access_token: accessToken } = request;
    return Promise.resolve().then(() =>
      checkProof(parseProof(jws), {
        method,
        urls: [url],
        bodyHash: 'required',
        now: new Date(time * 1000),
        ...(query === undefined ? {} : { query }),
        ...(body === undefined || method === 'GET' ? {} : { body: Buffer.from(body) }),
        ...(accessToken === undefined ? {} : { accessToken }),
      }),
    );
  }

  test.each(named<Proof>(file.valid))('the broker accepts: %s', async (_, proof) => {
    const { thumbprint, nonce, jti } = await judged(proof);
    expect({ thumbprint, nonce, jti }).toEqual({
      thumbprint: vectorKey(proof.key).thumbprint,
      nonce: proof.claims.nonce,
      jti: proof.claims['jti'],
    });
    const [header, claims] = proof.jws.split('.');
    expect(JSON.parse(decoded(header))).toEqual(proof.header);
    expect(JSON.parse(decoded(claims))).toEqual(proof.claims);
    expect(proof.jws.startsWith(`${proof.signing_input}.`)).toBe(true);
    await jwtVerify(proof.jws, EmbeddedJWK, { currentDate: new Date(file.time * 1000) });
  });

  const ours = named<Proof>(file.valid).filter(
    ([, { header, claims }]) =>
      header['alg'] === 'Ed25519' && claims['colour'] === undefined && claims['camara:bh'] === undefined,
  );
  test.each(ours)('our client makes the same but for the jti: %s', (_, proof) => {
    const { method, url, query, body, access_token: accessToken } = proof.request;
    const target: ProofTarget = {
      method,
      url,
      at: new Date(file.time * 1000),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(proof.claims.nonce === undefined ? {} : { nonce: proof.claims.nonce }),
    };
    const [header, claims] = makeProof(proofKey(), target).split('.');
    const withJti = { ...(JSON.parse(decoded(claims)) as Json), jti: proof.claims['jti'] };
    expect([decoded(header), JSON.stringify(withJti)]).toEqual(proof.jws.split('.').slice(0, 2).map(decoded));
    const signature = sign(null, Buffer.from(proof.signing_input), privateKey('job')).toString('base64url');
    expect(`${proof.signing_input}.${signature}`).toBe(proof.jws);
  });

  test.each(named<Proof>(file.invalid))('the broker refuses: %s', async (_, proof) => {
    const error: unknown = await judged(proof).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProofError);
    expect((error as ProofError).reason).toBe(proof.reason);
  });
});

interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

async function answerOf(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Json };
}

const peer = { peer: '192.0.2.1' };

describe('ID tokens', () => {
  const file = vectors('id-tokens') as { time: number; public_url: string; valid: unknown; invalid: unknown };

  async function presented(idToken: string): Promise<Answered> {
    const broker = await vectorBroker(file.time);
    const handleHash = sha256('a handle');
    const encrypt = vectorKey('recipient').public_jwk;
    const body = exchangeForm({ idToken, roles: [{ role: 'deploy-prod' }], handleHash, encryptTo: encrypt });
    const url = `${file.public_url}/token`;
    const dpop = makeProof(proofKey(), { method: 'POST', url, body, at: new Date(file.time * 1000) });
    const headers = { dpop, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await answerOf(
      await broker.handle(new Request(url, { method: 'POST', headers, body }), peer),
    );
    await broker.stop();
    return answer;
  }

  test.each(named<{ jws: string }>(file.valid))('the broker believes: %s', async (_, { jws }) => {
    expect((await presented(jws)).status).toBe(200);
  });

  test.each(named<{ jws: string; error: string; reason?: string }>(file.invalid))(
    'the broker does not believe: %s',
    async (_, { jws, error, reason }) => {
      const { status, body } = await presented(jws);
      expect([status, body['error'], body['reason']]).toEqual([400, error, reason]);
    },
  );
});

interface RequestVector {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly json?: Json;
  readonly body?: string;
  readonly content_length?: number;
  readonly expect: { readonly status: number; readonly body: Json; readonly headers?: readonly string[] };
}

describe('requests', () => {
  const file = vectors('requests') as {
    time: number;
    public_url: string;
    handle: string;
    handle_hash: string;
    access_token: string;
    valid: unknown;
    invalid: unknown;
    nonces: { nonce_key: string; requests: unknown };
  };
  const all = new Map(named<RequestVector>(file.valid));

  function vectorOf(name: string): RequestVector {
    const vector = all.get(name);
    if (vector === undefined) throw new Error(`requests.json has no ${name}`);
    return vector;
  }

  async function answered(
    vector: RequestVector,
    ...more: [string?, Record<string, string>?]
  ): Promise<Answered> {
    const broker = await vectorBroker(file.time, ...more);
    const { method, url, headers, body } = vector;
    expect(Buffer.byteLength(body ?? '')).toBe(vector.content_length ?? 0);
    const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const answer = await answerOf(await broker.handle(request, peer));
    await broker.stop();
    return answer;
  }

  async function asExpected(
    vector: RequestVector,
    ...more: [string?, Record<string, string>?]
  ): Promise<void> {
    const { status, headers, body } = await answered(vector, ...more);
    expect({ status, body }).toMatchObject({ status: vector.expect.status, body: vector.expect.body });
    for (const name of vector.expect.headers ?? []) expect(headers.has(name)).toBe(true);
  }

  test.each(named<RequestVector>(file.valid))('the broker answers as it should: %s', async (_, vector) => {
    await asExpected(vector);
  });

  test.each(named<RequestVector>(file.nonces.requests))('with `nonce: required`: %s', async (_, vector) => {
    const nonces = { 'nonce.key': file.nonces.nonce_key };
    await asExpected(vector, 'nonce: required\nnonce_key: ./nonce.key\n', nonces);
  });

  test.each(named<RequestVector>(file.invalid))('the broker refuses: %s', async (_, vector) => {
    await asExpected(vector);
  });

  test('the answer to `encrypt_to` opens with the key of the vectors only', async () => {
    const { body } = await answered(vectorOf('borrow'));
    const [detail] = body['authorization_details'] as [{ credentials_jwe: string }];
    const { decrypt } = encryptionKey(recipientKey());
    expect(JSON.parse(Buffer.from(await decrypt(detail.credentials_jwe)).toString())).toMatchObject([
      { kind: 'bearer-token' },
    ]);
  });

  test('our client writes the same forms, octet for octet', () => {
    const [token] = vectors('id-tokens')['valid'] as [{ jws: string }];
    const form = exchangeForm({
      idToken: token.jws,
      roles: [{ role: 'deploy-prod' }],
      handleHash: sha256(file.handle),
      encryptTo: vectorKey('recipient').public_jwk,
    });
    expect(form).toBe(vectorOf('borrow').body);
    expect(sha256(file.handle)).toBe(file.handle_hash);
    expect(revocationForm('handle', file.handle)).toBe(vectorOf('give back by the handle').body);
    expect(revocationForm('handle', file.handle, ['lse_1', 'lse_2'])).toBe(
      vectorOf('give some leases back').body,
    );
    expect(revocationForm('id-token', token.jws)).toBe(vectorOf('give back by an ID token of the job').body);
  });

  const further = { request: { role: 'app-ro' }, ttlSeconds: 600 };
  const lease = 'lse_0123456789abcdef01234567';
  test.each<[string, (session: Session, call: Call) => Promise<unknown>]>([
    [
      'a further credential',
      (session, call) => borrowFurther(session, { ...further, requestId: 'step-2' }, call),
    ],
    [
      'a renewed credential',
      (session, call) => borrowFurther(session, { ...further, requestId: 'step-3', replaces: lease }, call),
    ],
    ['how a lease stands', (session, call) => leaseState(session, lease, call)],
    ['heartbeat', sendHeartbeat],
  ])('our client sends the same: %s', async (name, send) => {
    const vector = vectorOf(name);
    const broker = await vectorBroker(file.time);
    using calls = brokerCall(broker);
    const session: Session = {
      base: file.public_url,
      signer: { key: proofKey(), aheadMs: 0 },
      id: 'ses_1',
      accessToken: new Secret(file.access_token),
      accessExpiresAt: new Date((file.time + 900) * 1000),
    };
    await expect(send(session, calls.call)).rejects.toThrow('invalid_token');
    const [request] = calls.sent;
    expect([request?.method, request?.url.href]).toEqual([vector.method, vector.url]);
    expect({ ...request?.headers, dpop: '' }).toEqual({ ...vector.headers, dpop: '' });
    if (vector.json === undefined) expect(request?.body).toBe(vector.body);
    else
      expect(JSON.parse(request?.body ?? '')).toEqual({
        ...vector.json,
        encrypt_to: { ...vectorKey('recipient').public_jwk, x: expect.any(String) as unknown },
      });
    await broker.stop();
  });
});

describe('encryption', () => {
  const file = vectors('encryption') as {
    plaintext: string;
    answer: unknown;
    valid: unknown;
    invalid: unknown;
    invalid_keys: unknown;
  };
  const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };

  test.each(named<{ recipient: string; jwe: string }>(file.valid))('%s', async (_, { recipient, jwe }) => {
    const opened = await compactDecrypt(jwe, privateKey(recipient), options);
    expect(Buffer.from(opened.plaintext).toString()).toBe(file.plaintext);
    const key = await readEncryptionKey(JSON.stringify(vectorKey(recipient).public_jwk));
    if (key === undefined) throw new Error('the broker does not take the key');
    const ours = await compactDecrypt(await encryptTo(key, file.plaintext), privateKey(recipient), options);
    expect(Buffer.from(ours.plaintext).toString()).toBe(file.plaintext);
  });

  test('our client opens it', async () => {
    const [{ jwe }] = file.valid as [{ jwe: string }];
    const { decrypt, publicJwk } = encryptionKey(recipientKey());
    expect(publicJwk).toEqual(vectorKey('recipient').public_jwk);
    expect(Buffer.from(await decrypt(jwe)).toString()).toBe(file.plaintext);
  });

  test('our client reads the whole answer', async () => {
    const now = new Date('2026-11-20T12:00:00Z');
    const { decrypt } = encryptionKey(recipientKey());
    const { leases, sessionId } = await readLoan(jsonAnswer(file.answer), [{ role: 'deploy-prod' }], {
      decrypt,
      now,
    });
    expect(sessionId).toBe('ses_0123456789abcdef01234567');
    expect(leases).toMatchObject([
      {
        id: 'lse_0123456789abcdef01234567',
        role: 'deploy-prod',
        revocability: 'immediate',
        expiresAt: new Date('2026-11-20T12:15:00Z'),
      },
    ]);
    const [credential] = leases[0]?.credentials ?? [];
    if (credential?.kind !== 'bearer-token') throw new Error('another kind of credential');
    expect(credential.fields.token.reveal()).toBe('a-token-that-was-lent');
  });

  test.each(named<{ jwe: string }>(file.invalid))('our client does not open: %s', async (_, { jwe }) => {
    await expect(encryptionKey(recipientKey()).decrypt(jwe)).rejects.toThrow();
  });

  test.each(named<{ encrypt_to: unknown }>(file.invalid_keys))(
    'the broker does not encrypt to: %s',
    async (_, vector) => {
      expect(await readEncryptionKey(JSON.stringify(vector.encrypt_to))).toBeUndefined();
    },
  );
});

describe('the audit log', () => {
  type EventVector = Record<'canonical' | 'sha256' | 'signing_input_hex' | 'signature' | 'line', string>;
  const file = vectors('audit') as {
    jwks: { keys: unknown[] };
    events: EventVector[];
    written_together: EventVector[];
    invalid: unknown;
  };
  const pem = privateKey('audit').export({ type: 'pkcs8', format: 'pem' }).toString();
  const own = makeAuditKey(pem);
  const alone = [...file.events, ...file.written_together.slice(0, 1)].map((event) => [event]);
  const writes = [...alone, file.written_together.slice(1)];

  test.each(writes.map((write, index) => [index + 1, write] as const))('write %i', (_, write) => {
    const events = write.map((vector) => {
      const event = readAttested(Buffer.from(vector.line));
      if (event === undefined) throw new Error('not an event');
      expect(Buffer.from(event.digest).toString('hex')).toBe(vector.sha256);
      expect([event.changed, event.respelled]).toEqual([false, false]);
      expect(canonicalize(JSON.parse(vector.canonical))).toBe(vector.canonical);
      return event;
    });
    const contents = write.map(({ canonical }) => JSON.parse(canonical) as AuditRecord);
    expect(linesOf(contents, events, own)).toEqual(write.map(({ line }) => line));
  });

  test.each(['events', 'written_together'] as const)('all of it: %s', async (name) => {
    const log = file[name].map(({ line }) => `${line}\n`).join('');
    const events = file[name].length;
    expect(await check(log)).toMatchObject({ intact: true, events });
    expect(await check(log, { published: file.jwks.keys })).toMatchObject({ intact: true });
    expect(own.publicJwk).toEqual(file.jwks.keys[0]);
  });

  test.each(named<{ lines: string[]; line: number; kind: string }>(file.invalid))(
    'found: %s',
    async (_, vector) => {
      const report = await check(`${vector.lines.join('\n')}\n`, { published: file.jwks.keys });
      expect(report.problems[0]).toMatchObject({ line: vector.line, kind: vector.kind });
    },
  );
});

interface ErrorVector {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Json;
  readonly client: { readonly code: string; readonly retry: boolean; readonly fresh_id_token: boolean };
}

test.each(named<ErrorVector>(vectors('errors')['answers']))('our client understands: %s', (_, vector) => {
  const answer = jsonAnswer(vector.body, vector.status, vector.headers);
  const { code, retryAfterSeconds, freshIdToken, requestId } = refusal(
    answer,
    'broker.example.com',
    new Date(),
  );
  expect({ code, retry: retryAfterSeconds !== undefined, fresh_id_token: freshIdToken }).toEqual(
    vector.client,
  );
  expect(retryAfterSeconds).toBe(vector.client.retry ? Number(vector.headers['retry-after']) : undefined);
  expect(requestId).toBe(vector.body['request_id']);
  const pending = readPending(answer);
  expect(pending?.transactionId).toBe(vector.body['transaction_id']);
});
