import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Borrower, type Answer } from '../../support/broker/borrower.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

/** An X25519 public key (RFC 7748 §6.1, Bob's). */
const encryptionKey = { kty: 'OKP', crv: 'X25519', x: '3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08' };

let broker: TestBroker;
let job: Borrower;

beforeAll(async () => {
  broker = await startTestBroker();
  job = new Borrower(broker);
});

afterAll(() => broker.stop());

const form = { 'content-type': 'application/x-www-form-urlencoded' };

function post(path: string, init: RequestInit): Request {
  return new Request(publicUrl + path, { method: 'POST', headers: form, ...init });
}

describe('every answer', () => {
  test.each([
    ['a grant', () => job.borrow()],
    ['a refusal', () => job.borrow({ form: { grant_type: 'password' } })],
    ['the metadata', () => job.send(new Request(`${publicUrl}/.well-known/oauth-authorization-server`))],
    ['nothing found', () => job.send(new Request(`${publicUrl}/nope`))],
    ['a wrong method', () => job.send(new Request(`${publicUrl}/token`))],
    ['too much', () => job.send(post('/token', { body: 'x'.repeat(70_000) }))],
  ])('carries version, request id and no-store: %s', async (_, ask) => {
    const { headers, body, status } = await ask();
    expect(headers.get('ephemeral-creds-version')).toBe('1');
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{24}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    if (status >= 400) expect(body['request_id']).toBe(headers.get('x-request-id'));
  });
});

describe('the limits', () => {
  test('a body above 64 KiB is 413, announced or not', async () => {
    expect((await job.send(post('/token', { body: 'x'.repeat(65_537) }))).status).toBe(413);
    const stream = new Blob(['x'.repeat(65_537)]).stream();
    expect((await job.send(post('/revoke', { body: stream, duplex: 'half' }))).status).toBe(413);
  });

  test('headers above 16 KiB together are 431', async () => {
    const headers = { ...form, 'x-1': 'a'.repeat(9000), 'x-2': 'a'.repeat(9000) };
    expect((await job.send(post('/token', { headers, body: '' }))).status).toBe(431);
  });

  test('an encoded body is 415', async () => {
    const headers = { ...form, 'content-encoding': 'gzip' };
    expect((await job.send(post('/token', { headers, body: '' }))).status).toBe(415);
  });

  test('a version that is not spoken is refused and the one that is, is named', async () => {
    const answer = await job.borrow({ request: { headers: { 'ephemeral-creds-version': '2' } } });
    expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_protocol_version' } });
    expect(answer.body['error_description']).toMatch('version 1');
  });

  test('one address that asks too often is told to wait; another is not', async () => {
    const small = await startTestBroker({ yaml: (yaml) => `${yaml}limits: { requests_per_second: 1 }\n` });
    const asker = new Borrower(small);
    const ask = async (peer: string): Promise<number> =>
      (await asker.send(new Request(`${publicUrl}/healthz`), peer)).status;
    for (let request = 0; request < 5; request++) expect(await ask('2001:db8::1')).toBe(200);
    expect(await ask('2001:db8::2')).toBe(429);
    expect(await ask('2001:db8:0:1::2')).toBe(200);
    expect(await ask('2001:0DB8:0:0:ffff::3')).toBe(429);
    for (let request = 0; request < 5; request++) expect(await ask('127.0.0.1')).toBe(200);
    for (const spelling of ['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1'])
      expect(await ask(spelling)).toBe(429);
    small.world.clock.advance(1);
    expect(await ask('2001:db8::3')).toBe(200);
    await small.stop();
  });
});

describe('a method that an address does not have', () => {
  test.each([
    ['GET', '/token', 'POST'],
    ['DELETE', '/revoke', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['PUT', '/.well-known/jwks.json', 'GET, HEAD'],
  ])('%s %s is 405 and says which there are (RFC 9110 §15.5.6)', async (method, path, allow) => {
    const answer = await job.send(new Request(publicUrl + path, { method }));
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });
});

test('asking whether it is ready writes to the store once a second at most', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec-ready-'));
  const running = await startTestBroker({ storePath: join(folder, 'broker.db') });
  const written = (): number => statSync(join(folder, 'broker.db-wal')).size;
  const ask = (): Promise<Answer> => new Borrower(running).send(new Request(`${publicUrl}/readyz`));
  expect((await ask()).status).toBe(200);
  const before = written();
  await Promise.all(Array.from({ length: 20 }, ask));
  expect(written()).toBe(before);
  running.world.clock.advance(1);
  await ask();
  expect(written()).toBeGreaterThan(before);
  await running.stop();
  rmSync(folder, { recursive: true });
});

test('a caller that hangs up in the middle of its body alarms nobody', async () => {
  const body = new ReadableStream({
    start: (controller) => {
      controller.error(new Error('aborted'));
    },
  });
  const before = broker.world.auditLines().length;
  const answer = await job.send(post('/token', { body, duplex: 'half' }));
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  expect(broker.world.auditLines()).toHaveLength(before);
});

describe('POST /token refuses', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ['another grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no grant', { grant_type: undefined }, 'invalid_request'],
    ['a scope', { scope: 'all' }, 'invalid_scope'],
    ['another resource', { resource: 'https://other.example.com' }, 'invalid_target'],
    ['another audience', { audience: 'https://other.example.com' }, 'invalid_target'],
    ['no token', { subject_token: undefined }, 'invalid_request'],
    [
      'another type of token',
      { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      'invalid_request',
    ],
    [
      'another type of answer',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      'invalid_request',
    ],
    ['an actor', { actor_token: 'x' }, 'invalid_request'],
    ['a dry run that is neither true nor false', { dry_run: 'maybe' }, 'invalid_request'],
    ['an extension that asks for a role besides', { session_id: 'ses_1' }, 'invalid_request'],
    ['a short handle hash', { revocation_handle_hash: 'abc' }, 'invalid_request'],
    [
      'a private key to encrypt to',
      { encrypt_to: JSON.stringify({ ...encryptionKey, d: encryptionKey.x }) },
      'invalid_request',
    ],
    ['a key on another curve', { encrypt_to: '{"kty":"OKP","crv":"Ed25519","x":"A"}' }, 'invalid_request'],
    ['no details', { authorization_details: undefined }, 'invalid_authorization_details'],
    ['details that are no list', { authorization_details: '{}' }, 'invalid_authorization_details'],
    ['an empty list', { authorization_details: '[]' }, 'invalid_authorization_details'],
    [
      'a repeated member',
      { authorization_details: '[{"type":"ephemeral_credential","role":"a","role":"b"}]' },
      'invalid_authorization_details',
    ],
    [
      'an unknown member',
      { authorization_details: '[{"type":"ephemeral_credential","role":"a","actions":["x"]}]' },
      'invalid_authorization_details',
    ],
    [
      'another type',
      { authorization_details: '[{"type":"openid_credential","role":"a"}]' },
      'invalid_authorization_details',
    ],
    [
      'a role that is no name',
      { authorization_details: '[{"type":"ephemeral_credential","role":"../a"}]' },
      'invalid_authorization_details',
    ],
    [
      'a role twice',
      {
        authorization_details:
          '[{"type":"ephemeral_credential","role":"a"},{"type":"ephemeral_credential","role":"a"}]',
      },
      'invalid_authorization_details',
    ],
    [
      'eleven roles',
      {
        authorization_details: JSON.stringify(
          Array.from({ length: 11 }, (_, n) => ({ type: 'ephemeral_credential', role: `r${String(n)}` })),
        ),
      },
      'invalid_authorization_details',
    ],
  ])('%s', async (_, change, error) => {
    expect(await job.borrow({ form: change })).toMatchObject({ status: 400, body: { error } });
  });

  test.each([
    '00'.repeat(32),
    `${'00'.repeat(31)}80`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    `ee${'ff'.repeat(31)}`,
  ])('a key with which nothing can be agreed, before anything is minted: %s', async (hex) => {
    const point = Buffer.from(hex, 'hex');
    const encrypt_to = JSON.stringify({ ...encryptionKey, x: point.toString('base64url') });
    const answer = await job.borrow({ form: { encrypt_to } });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('a parameter that stands there twice', async () => {
    const request = { body: 'grant_type=a&grant_type=a' };
    expect(await job.borrow({ request })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('a body that is no form', async () => {
    const json = { headers: { 'content-type': 'application/json' }, body: '{}' };
    expect(await job.borrow({ request: json })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect(await job.borrow({ request: { body: 'a=%ff' } })).toMatchObject({ status: 400 });
  });

  test('an Authorization header', async () => {
    const request = { headers: { authorization: 'Basic Zm9vOmJhcg==' } };
    expect(await job.borrow({ request })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('nothing for a client_id, which is logged, its own URL as resource, or a parameter that nobody knows', async () => {
    const change = {
      encrypt_to: JSON.stringify(encryptionKey),
      client_id: 'x',
      resource: publicUrl,
      audience: publicUrl,
      foo: 'bar',
    };
    expect(
      (await new Borrower(broker).borrow({ form: change, token: { claims: { check_run_id: '91' } } })).status,
    ).toBe(200);
    expect(broker.world.disk.get('/etc/broker/audit.jsonl')).toMatch('"actor":{"app_uid":"x"}');
  });
});

describe('metadata', () => {
  test('says where everything is and what a proof must hold (RFC 8414)', async () => {
    const { body } = await job.send(new Request(`${publicUrl}/.well-known/oauth-authorization-server`));
    expect(body).toMatchObject({
      issuer: publicUrl,
      token_endpoint: `${publicUrl}/token`,
      revocation_endpoint: `${publicUrl}/revoke`,
      introspection_endpoint: `${publicUrl}/introspect`,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      response_types_supported: [],
      dpop_signing_alg_values_supported: ['Ed25519', 'EdDSA', 'ES256'],
      authorization_details_types_supported: ['ephemeral_credential'],
      audience_binding_methods_supported: ['key-bound-audience', 'first-use'],
      protocol_versions_supported: [1],
    });
  });

  test('of a broker below a path lies between host and path, and its endpoints below the path', async () => {
    const deep = 'https://tools.example.com/creds';
    const running = await startTestBroker({ yaml: (yaml) => yaml.replace(publicUrl, `${deep}/`) });
    const asker = new Borrower(running);
    const at = (url: string): Promise<number> => asker.send(new Request(url)).then(({ status }) => status);
    const { body } = await asker.send(
      new Request('https://tools.example.com/.well-known/oauth-authorization-server/creds'),
    );
    expect(body).toMatchObject({ issuer: deep, token_endpoint: `${deep}/token` });
    expect(await at(`${deep}/.well-known/jwks.json`)).toBe(200);
    expect(await at('https://tools.example.com/.well-known/jwks.json')).toBe(404);
    expect(await at(`${deep}/token`)).toBe(405);
    await running.stop();
  });

  test('of two public URLs on one path is each its own; the first where the caller names neither', async () => {
    const second = 'https://standby.example.com';
    const running = await startTestBroker({ yaml: (yaml) => `${yaml}public_urls: [${second}]\n` });
    const asker = new Borrower(running);
    const at = async (url: string): Promise<unknown> =>
      (await asker.send(new Request(`${url}/.well-known/oauth-authorization-server`))).body['issuer'];
    expect(await at(publicUrl)).toBe(publicUrl);
    expect(await at(second)).toBe(second);
    expect(await at('http://10.0.0.7:8443')).toBe(publicUrl);
    await running.stop();
  });

  test('the key set holds public keys only', async () => {
    const { body } = await job.send(new Request(`${publicUrl}/.well-known/jwks.json`));
    expect(body).toEqual({
      keys: [
        {
          kty: 'OKP',
          crv: 'Ed25519',
          x: expect.any(String),
          kid: expect.any(String),
          alg: 'EdDSA',
          use: 'sig',
        },
        {
          kty: 'OKP',
          crv: 'Ed25519',
          x: expect.any(String),
          kid: expect.any(String),
          // Not `sig`: who checks tokens with this set never takes the audit log's key for it.
          use: 'urn:ephemeral-creds:audit',
        },
      ],
    });
  });
});
