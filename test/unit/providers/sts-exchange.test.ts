import { describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { Debt } from '../../../src/domain/intent.ts';
import type { Lease, Loan } from '../../../src/domain/lease.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import { sts } from '../../../src/providers/sts.ts';
import { stsReturn } from '../../../src/providers/sts-return.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { secretsOf } from '../../support/credentials.ts';
import { clientWorld, jsonAnswer } from '../../support/client/world.ts';
import { makeIssuer } from '../../support/issuer.ts';
import { everythingIn } from '../../support/scan.ts';

const token = 'tok-Zm9vYmFyYmF6cXV4MTIzNDU2';
const urn = 'urn:ietf:params:oauth:token-type:';
const issued = {
  access_token: token,
  issued_token_type: `${urn}access_token`,
  token_type: 'Bearer',
  expires_in: 600,
};
const revocable = { 'revocation-endpoint': 'https://sts.example.com/revoke' };

interface Traded {
  readonly sent: readonly HttpRequest[];
  readonly warnings: readonly string[];
  readonly outcome: unknown;
  readonly debt: Debt;
  readonly kept: Debt | undefined;
  readonly now: Date;
}

/** One trade with a server that answers this. */
async function trade(
  answer: HttpAnswer,
  params: Record<string, unknown> = {},
  change: Partial<Wish> = {},
): Promise<Traded> {
  const sent: HttpRequest[] = [];
  const warnings: string[] = [];
  using world = clientWorld({
    server: (request) => {
      sent.push(request);
      return answer;
    },
  });
  const wish = { 'token-endpoint': 'https://sts.example.com/token', ...params };
  const opening = sts.configure({ roles: [], facts: {}, params: wish, ...change }).open(false);
  const now = world.clock.now();
  const idToken = await (await makeIssuer()).mint({ audience: opening.audience, at: now });
  const outcome = await opening
    .trade(decodeIdToken(idToken, opening.audience, now), {
      host: world.host,
      deadline: startDeadline(world.clock, 20),
      onWarning: (text) => warnings.push(text),
    })
    .catch((error: unknown) => error);
  return { sent, warnings, outcome, debt: opening.debt, kept: opening.kept, now };
}

const leaseOf = ({ outcome }: Traded): Lease | undefined => (outcome as Loan).leases[0];

describe('the request', () => {
  const asked = {
    'client-id': 'ci',
    audience: ['https://a.example.com', 'b'],
    resource: 'https://api.example.com/v1',
    scope: 'read write',
    'requested-token-type': 'jwt',
    fields: { identity_provider_id: 'idp_1', expiration: 600 },
  };

  test('is the form of RFC 8693, with nothing that authenticates but the ID token', async () => {
    const { sent } = await trade(jsonAnswer(issued), asked);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'POST', maxBytes: 65_536 });
    expect(sent[0]?.headers).toEqual({
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    });
    expect([...new URLSearchParams(sent[0]?.body)]).toEqual([
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['subject_token', expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)],
      ['subject_token_type', `${urn}id_token`],
      ['client_id', 'ci'],
      ['audience', 'https://a.example.com'],
      ['audience', 'b'],
      ['resource', 'https://api.example.com/v1'],
      ['scope', 'read write'],
      ['requested_token_type', `${urn}jwt`],
      ['identity_provider_id', 'idp_1'],
      ['expiration', '600'],
    ]);
  });

  test('is JSON where `encoding` says so', async () => {
    const { sent } = await trade(jsonAnswer(issued), { ...asked, encoding: 'json' });
    expect(sent[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      subject_token_type: `${urn}id_token`,
      audience: ['https://a.example.com', 'b'],
      scope: 'read write',
      expiration: '600',
    });
  });

  test('has no more in it than was asked for; the role is the scope', async () => {
    const params = { 'subject-token-type': 'jwt' };
    const { sent } = await trade(jsonAnswer(issued), params, { roles: [{ role: 'deploy', prefix: 'API' }] });
    const form = Object.fromEntries(new URLSearchParams(sent[0]?.body));
    expect(Object.keys(form)).toEqual(['grant_type', 'subject_token', 'subject_token_type', 'scope']);
    expect(form).toMatchObject({ scope: 'deploy', subject_token_type: `${urn}jwt` });
  });
});

describe('the answer', () => {
  test('becomes a lease with an end; nothing but that stops it, and the token is kept nowhere', async () => {
    const traded = await trade(
      jsonAnswer(issued, 200, { 'x-request-id': 'req-7' }),
      {},
      {
        roles: [{ role: 'deploy', prefix: 'API' }],
      },
    );
    expect(traded.outcome).toMatchObject({ requestId: 'req-7' });
    expect(leaseOf(traded)).toMatchObject({
      id: expect.stringMatching(/^sts_[0-9a-f]{16}$/),
      role: 'deploy',
      prefix: 'API',
      revocability: 'expiry-only',
      expiresAt: new Date(traded.now.getTime() + 600_000),
      credentials: [{ name: 'token', kind: 'bearer-token' }],
    });
    expect(leaseOf(traded)?.credentials.flatMap(secretsOf)).toEqual([token]);
    expect(traded.debt).toEqual({});
  });

  test('is owed, by the token itself, where the server has a revocation endpoint', async () => {
    const traded = await trade(jsonAnswer(issued), { ...revocable, 'client-id': 'ci' });
    expect(leaseOf(traded)).toMatchObject({ role: 'token', revocability: 'immediate' });
    expect(traded.debt).toEqual({ url: 'https://sts.example.com/revoke', client: 'ci' });
    expect(traded.kept).toEqual({ token });
  });

  test.each([
    ['bearer', { token_type: 'bearer' }],
    ['of no kind, as an ID token is', { token_type: 'N_A', issued_token_type: `${urn}id_token` }],
    ['with its lifetime as text', { expires_in: '600' }],
    ['with the scopes that were asked for and more', { scope: 'read  deploy openid' }],
  ])('may hold a token %s', async (_, change) => {
    const traded = await trade(jsonAnswer({ ...issued, ...change }), { scope: 'deploy read' });
    expect(leaseOf(traded)?.expiresAt).toEqual(new Date(traded.now.getTime() + 600_000));
  });

  test.each<readonly [string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['bound to a key', { token_type: 'DPoP' }, {}, 'lease-unsuitable'],
    ['of another type', { token_type: 'mac' }, {}, 'lease-unsuitable'],
    ['without a type', { token_type: undefined }, {}, 'lease-unsuitable'],
    ['a refresh token', { issued_token_type: `${urn}refresh_token` }, {}, 'lease-unsuitable'],
    [
      'another than asked for',
      { issued_token_type: `${urn}jwt` },
      { 'requested-token-type': 'access_token' },
      'lease-unsuitable',
    ],
    ['less than asked for', { scope: 'read' }, { scope: 'read deploy' }, 'lease-unsuitable'],
    ['without an end', { expires_in: undefined }, {}, 'answer-invalid'],
    ['without a clear end', { expires_in: 'soon' }, {}, 'answer-invalid'],
  ])(
    'that holds a token %s is refused, and that token is owed all the same',
    async (_, change, params, code) => {
      const traded = await trade(jsonAnswer({ ...issued, ...change }), { ...revocable, ...params });
      expect(traded.outcome).toMatchObject({ code, nothingIssued: false });
      expect(traded.kept).toEqual({ token });
      expect(everythingIn(traded.outcome)).not.toContain(token);
    },
  );

  test('whose token is bound to a key says that the steps that follow have none', async () => {
    const { outcome } = await trade(jsonAnswer({ ...issued, token_type: 'DPoP' }));
    expect(String(outcome)).toContain('bound the token to a key');
  });

  test('without an end is taken with the one that the workflow vouches for; the server’s own comes first', async () => {
    const params = { 'assume-ttl': '20m' };
    const assumed = await trade(jsonAnswer({ ...issued, expires_in: undefined }), params);
    expect(leaseOf(assumed)?.expiresAt).toEqual(new Date(assumed.now.getTime() + 1_200_000));
    const told = await trade(jsonAnswer(issued), params);
    expect(leaseOf(told)?.expiresAt).toEqual(new Date(told.now.getTime() + 600_000));
  });

  test.each(['', 'a b', 'a\nb', 'ä', 'x'.repeat(32_769), 7, null])(
    'without a token that a header can carry is no answer (%j)',
    async (access_token) => {
      const { outcome, kept } = await trade(jsonAnswer({ ...issued, access_token }), revocable);
      expect(outcome).toMatchObject({ code: 'answer-invalid' });
      expect(kept).toEqual({});
    },
  );

  test('with a refresh token is taken without it, and someone is told', async () => {
    const { outcome, warnings, debt } = await trade(jsonAnswer({ ...issued, refresh_token: 'rt-hunter2' }), {
      ...revocable,
    });
    expect(outcome).toMatchObject({ leases: [{ role: 'token' }] });
    expect(warnings).toEqual([expect.stringContaining('refresh token')]);
    expect(everythingIn([outcome, warnings, debt])).not.toContain('hunter2');
  });
});

describe('what the server refuses is told with what helps against it, and nothing was issued', () => {
  test.each([
    [400, 'invalid_request', 'request-refused'],
    [400, 'invalid_grant', 'identity-refused'],
    [401, 'invalid_client', 'request-refused'],
    [400, 'unauthorized_client', 'policy-denied'],
    [403, 'access_denied', 'policy-denied'],
    [400, 'invalid_target', 'request-refused'],
    [400, 'invalid_scope', 'request-refused'],
    [400, 'unsupported_grant_type', 'request-refused'],
    [400, 'use_dpop_nonce', 'request-refused'],
    [400, 'something_of_its_own', 'request-refused'],
  ])('%i %s is %s', async (status, error, code) => {
    const answer = jsonAnswer({ error, error_description: 'hunter2' }, status, { 'x-request-id': 'req-7' });
    const { outcome } = await trade(answer);
    expect(outcome).toMatchObject({
      code,
      requestId: 'req-7',
      nothingIssued: true,
      retryAfterSeconds: undefined,
      hint: expect.not.stringMatching(/broker and action/),
    });
    expect(String(outcome)).toContain(error);
    expect(everythingIn(outcome)).not.toContain('hunter2');
  });

  test('an overload may be tried again, and may have issued something', async () => {
    const { outcome } = await trade(jsonAnswer({ error: 'slow' }, 503, { 'retry-after': '3' }));
    expect(outcome).toMatchObject({ code: 'busy', retryAfterSeconds: 3, nothingIssued: false });
  });
});

describe('giving back', () => {
  const debt = { url: 'https://sts.example.com/revoke', client: 'ci', token };

  async function giveBack(
    answers: readonly HttpAnswer[],
    owed: Debt = debt,
    ids: readonly string[] = ['sts_1'],
  ) {
    const sent: HttpRequest[] = [];
    const left = [...answers];
    using world = clientWorld({
      server: (request) => {
        sent.push(request);
        return left.shift();
      },
    });
    const call = { host: world.host, deadline: startDeadline(world.clock, 20) };
    const outcome = await stsReturn
      .giveBack(owed, ids, { call, audience: '' })
      .catch((error: unknown) => error);
    return { sent, outcome };
  }

  test('sends the token to the revocation endpoint, as RFC 7009 has it', async () => {
    const { sent, outcome } = await giveBack([jsonAnswer('', 200)]);
    expect(outcome).toEqual([]);
    expect(sent.map(({ url }) => url.href)).toEqual(['https://sts.example.com/revoke']);
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
      token,
      token_type_hint: 'access_token',
      client_id: 'ci',
    });
  });

  test('has nothing to send where nothing came', async () => {
    const { sent, outcome } = await giveBack([], { url: 'https://sts.example.com/revoke' }, []);
    expect(outcome).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('fails where a token came and is not there any more', async () => {
    const { sent, outcome } = await giveBack([], { url: 'https://sts.example.com/revoke' });
    expect(outcome).toMatchObject({ code: 'revoke-failed' });
    expect(sent).toEqual([]);
  });

  test('is tried again when the server is busy', async () => {
    const { sent, outcome } = await giveBack([jsonAnswer('', 503), jsonAnswer('', 200)]);
    expect(outcome).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  test.each([
    [400, { error: 'unsupported_token_type' }],
    [401, { error: 'invalid_client' }],
    [404, 'Not Found'],
    [307, ''],
  ])('answered %i has not happened', async (status, body) => {
    const { outcome } = await giveBack([jsonAnswer(body, status, { location: 'https://evil.example/' })]);
    expect(outcome).toMatchObject({ name: 'CredsError' });
    expect(everythingIn(outcome)).not.toContain(token);
  });
});
