import { describe, expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../../src/domain/host.ts';
import type { Loan, RoleRequest } from '../../../src/domain/lease.ts';
import { credentialToWire } from '../../../src/protocol/credential-wire.ts';
import { makeEncryptionKey } from '../../../src/protocol/encryption.ts';
import { encryptTo, readEncryptionKey } from '../../../src/protocol/jwe.ts';
import { jsonObject } from '../../../src/protocol/json-answer.ts';
import { exchangeForm, readLoan } from '../../../src/protocol/token-exchange.ts';
import { jsonAnswer } from '../../support/client/world.ts';
import { credentialOf, secretsOf } from '../../support/credentials.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const now = new Date('2026-11-20T16:00:00Z');
const key = makeEncryptionKey();
const credential = credentialOf('bearer-token');
const [secret = ''] = secretsOf(credential);
const deploy = {
  type: 'ephemeral_credential',
  role: 'deploy',
  lease_id: 'lse_1',
  expires_in: 900,
  expires_at: '2026-11-20T16:15:00Z',
  revocability: 'immediate',
  credentials: [credentialToWire(credential)],
};
const good = {
  access_token: 'ecs_x',
  token_type: 'DPoP',
  session_id: 'ses_1',
  authorization_details: [deploy],
};

function read(answer: HttpAnswer, asked: readonly RoleRequest[] = [{ role: 'deploy' }]): Promise<Loan> {
  return readLoan(answer, asked, { decrypt: key.decrypt, now });
}
const readBody = (body: unknown, asked?: readonly RoleRequest[]): Promise<Loan> =>
  read(jsonAnswer(body), asked);

describe('the request', () => {
  const request = {
    idToken: 'h.p.s',
    roles: [{ role: 'a/b' }, { prefix: 'X', role: 'c' }],
    handleHash: 'hash',
    encryptTo: key.publicJwk,
  };

  test('is a token exchange (RFC 8693) with authorization details (RFC 9396)', () => {
    const form = Object.fromEntries(new URLSearchParams(exchangeForm(request)));
    expect(form).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'h.p.s',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      authorization_details:
        '[{"type":"ephemeral_credential","role":"a/b"},{"type":"ephemeral_credential","role":"c"}]',
      revocation_handle_hash: 'hash',
      encrypt_to: JSON.stringify(key.publicJwk),
    });
  });

  test('asks for a lifetime only where one is wanted, for each role', () => {
    const form = new URLSearchParams(exchangeForm({ ...request, ttlSeconds: 600 }));
    expect(JSON.parse(form.get('authorization_details') ?? '')).toEqual([
      { type: 'ephemeral_credential', role: 'a/b', ttl: 600 },
      { type: 'ephemeral_credential', role: 'c', ttl: 600 },
    ]);
  });
});

describe('the answer', () => {
  test('becomes leases, in the order and with the prefixes of the request', async () => {
    const second = { ...deploy, role: 'db', lease_id: 'lse_2', expires_in: 60, revocability: 'expiry-only' };
    const loan = await readBody({ ...good, authorization_details: [second, deploy] }, [
      { role: 'deploy' },
      { role: 'db', prefix: 'DB' },
    ]);
    expect(loan).toMatchObject({
      sessionId: 'ses_1',
      leases: [
        { id: 'lse_1', role: 'deploy', revocability: 'immediate' },
        { id: 'lse_2', role: 'db', prefix: 'DB', revocability: 'expiry-only' },
      ],
    });
    expect(secretsOf(loan.leases[0]?.credentials[0] ?? credential)).toEqual([secret]);
  });

  test('ends when it says in seconds from now: the broker’s clock may be off', async () => {
    const loan = await readBody({
      ...good,
      authorization_details: [{ ...deploy, expires_at: '1999-01-01T00:00:00Z' }],
    });
    expect(loan.leases[0]?.expiresAt).toEqual(new Date('2026-11-20T16:15:00Z'));
    expect(loan.leases[0]?.credentials[0]?.expiresAt).toEqual(new Date('2026-11-20T16:15:00Z'));
  });

  test('may be encrypted to our key', async () => {
    const broker = await readEncryptionKey(JSON.stringify(key.publicJwk));
    if (broker === undefined) throw new Error('no key');
    const { credentials, ...rest } = deploy;
    const credentials_jwe = await encryptTo(broker, JSON.stringify(credentials));
    const loan = await readBody({ ...good, authorization_details: [{ ...rest, credentials_jwe }] });
    expect(secretsOf(loan.leases[0]?.credentials[0] ?? credential)).toEqual([secret]);
    const both = {
      ...deploy,
      credentials: [{ kind: 'bearer-token', name: 'x', token: 'plain-one' }],
      credentials_jwe,
    };
    const preferred = await readBody({ ...good, authorization_details: [both] });
    expect(secretsOf(preferred.leases[0]?.credentials[0] ?? credential)).toEqual([secret]);
  });

  test('names its session and request only by what can be printed', async () => {
    const loan = await read(
      jsonAnswer({ ...good, session_id: 'a b', request_id: 'x\n' }, 200, { 'x-request-id': 'req_1' }),
    );
    expect(loan).not.toHaveProperty('sessionId');
    expect(loan).not.toHaveProperty('requestId');
    expect(await read(jsonAnswer(good, 200, { 'x-request-id': 'req_1' }))).toMatchObject({
      requestId: 'req_1',
    });
  });
});

const detail = (change: Record<string, unknown>): unknown => ({
  ...good,
  authorization_details: [{ ...deploy, ...change }],
});

describe('an answer that is not what was asked for is refused as a whole', () => {
  test.each<readonly [string, unknown]>([
    ['another token type', { ...good, token_type: 'Bearer' }],
    ['no token type', { ...good, token_type: undefined }],
    ['no details', { ...good, authorization_details: undefined }],
    ['details that are no list', { ...good, authorization_details: { 0: deploy, length: 1 } }],
    ['no role', { ...good, authorization_details: [] }],
    ['one role too many', { ...good, authorization_details: [deploy, { ...deploy, role: 'admin' }] }],
    ['another role', detail({ role: 'admin' })],
    ['a detail that is null', { ...good, authorization_details: [null] }],
    ['a lease without id', detail({ lease_id: undefined })],
    ['a lease id that cannot be printed', detail({ lease_id: 'a\nb' })],
    ['no end', detail({ expires_in: undefined })],
    ['an end in words', detail({ expires_in: '900' })],
    ['half a second', detail({ expires_in: 0.5 })],
    ['an end that no calendar has', detail({ expires_in: Number.MAX_SAFE_INTEGER })],
    ['an end before all calendars', detail({ expires_in: -Number.MAX_SAFE_INTEGER })],
    ['another revocability', detail({ revocability: 'never' })],
    ['no credentials', detail({ credentials: undefined })],
    ['an empty list of credentials', detail({ credentials: [] })],
    ['eleven credentials', detail({ credentials: Array(11).fill(deploy.credentials[0]) })],
    ['credentials that are one object', detail({ credentials: deploy.credentials[0] })],
    ['a JWE that is not for us', detail({ credentials: undefined, credentials_jwe: 'a.b.c.d.e' })],
    ['a JWE that is no text', detail({ credentials: undefined, credentials_jwe: 7 })],
  ])('%s', async (_, body) => {
    const error = await failureOf(() => readBody(body));
    expect(error).toMatchObject({ code: 'answer-invalid' });
    expect(everythingIn(error)).not.toContain(secret);
  });

  test('a role that comes twice', async () => {
    const twice = { ...good, authorization_details: [deploy, deploy] };
    expect(await failureOf(() => readBody(twice, [{ role: 'deploy' }, { role: 'db' }]))).toMatchObject({
      code: 'answer-invalid',
    });
  });

  test('a kind that nobody knows is a credential that cannot be used', async () => {
    const body = detail({ credentials: [{ name: 'x', kind: 'cookie', value: secret }] });
    const error = await failureOf(() => readBody(body));
    expect(error).toMatchObject({ code: 'credential-unusable' });
    expect(everythingIn(error)).not.toContain(secret);
  });

  test('decrypted text that is not clean JSON', async () => {
    const broker = await readEncryptionKey(JSON.stringify(key.publicJwk));
    if (broker === undefined) throw new Error('no key');
    for (const plain of [`[{"kind":"${secret}`, `[{"token":"${secret}","token":"${secret}"}]`]) {
      const credentials_jwe = await encryptTo(broker, plain);
      const error = await failureOf(() => readBody(detail({ credentials: undefined, credentials_jwe })));
      expect(error).toMatchObject({ code: 'answer-invalid' });
      expect(everythingIn(error)).not.toContain(secret);
    }
  });
});

describe('C09 a body that has to be a JSON object', () => {
  test.each(['application/json', 'Application/JSON; charset=utf-8', 'application/problem+json'])(
    'may be %s',
    (type) => {
      expect(jsonObject({ ...jsonAnswer({ a: 1 }), headers: { 'content-type': type } })).toEqual({ a: 1 });
    },
  );

  test('may say nothing of its type', () => {
    expect(jsonObject({ ...jsonAnswer({ a: 1 }), headers: {} })).toEqual({ a: 1 });
  });

  test.each(['text/html', 'text/json', 'application/jsonp', 'application/x+jsonx', ''])(
    'may not be %j',
    async (type) => {
      const answer = { ...jsonAnswer({ a: 1 }), headers: { 'content-type': type } };
      expect(await failureOf(() => jsonObject(answer))).toMatchObject({ code: 'answer-invalid' });
    },
  );
});
