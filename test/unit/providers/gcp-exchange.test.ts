import { beforeAll, describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer } from '../../../src/domain/host.ts';
import type { Lease } from '../../../src/domain/lease.ts';
import { gcp } from '../../../src/providers/gcp.ts';
import { findReturn } from '../../../src/providers/returns.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { cloudTrade, type CloudTrade } from '../../support/client/cloud-trade.ts';
import { clientWorld, jsonAnswer } from '../../support/client/world.ts';
import { secretsOf } from '../../support/credentials.ts';
import { fakeGoogle, rpc, type GoogleOptions } from '../../support/google.ts';
import { makeIssuer, type FakeIssuer, type TokenOptions } from '../../support/issuer.ts';
import { everythingIn } from '../../support/scan.ts';

const provider = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo-org';
const deployer = 'deployer@my-project.iam.gserviceaccount.com';
const auditor = 'auditor@my-project.iam.gserviceaccount.com';
const middle = 'middle@my-project.iam.gserviceaccount.com';
const all = (): boolean => true;
let issuer: FakeIssuer;
beforeAll(async () => {
  issuer = await makeIssuer();
});

interface Change {
  readonly wish?: Partial<Wish>;
  readonly params?: Record<string, unknown>;
  readonly google?: Partial<GoogleOptions>;
  readonly token?: TokenOptions;
}

function trade({ wish = {}, params = {}, google = {}, token = {} }: Change = {}): Promise<CloudTrade> {
  const asked = {
    roles: [{ role: deployer }],
    facts: {},
    params: { 'workload-identity-provider': provider, ...params },
    ...wish,
  };
  const accounts = { [deployer]: { users: all } };
  const cloud = (now: () => Date) => fakeGoogle({ issuer, provider, accounts, now, ...google }).answer;
  return cloudTrade(gcp, asked, { issuer, cloud, token });
}

function leasesOf({ outcome }: CloudTrade): readonly Lease[] {
  if (outcome instanceof Error) throw outcome;
  return outcome.leases;
}
const bodyOf = ({ sent }: CloudTrade, index: number): Record<string, unknown> =>
  JSON.parse(sent[index]?.body ?? '') as Record<string, unknown>;

describe('what is sent', () => {
  test('is the standard exchange to the Security Token Service, then one request for the account', async () => {
    const traded = await trade();
    expect(traded.sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
      'POST https://sts.googleapis.com/v1/token',
      `POST https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${deployer}:generateAccessToken`,
    ]);
    const [first, second] = traded.sent;
    expect(Object.fromEntries(new URLSearchParams(first?.body))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: traded.idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      audience: `//iam.googleapis.com/${provider}`,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
    expect(Object.keys(first?.headers ?? {})).toEqual(['content-type', 'accept']);
    expect(second?.headers['authorization']).toMatch(/^Bearer ya29\.d\./);
    expect(second?.body).not.toContain(traded.idToken);
    expect(bodyOf(traded, 1)).toEqual({
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
      lifetime: '900s',
    });
  });

  test('has lifetime, scopes and delegates as asked', async () => {
    const scopes = [
      'https://www.googleapis.com/auth/devstorage.read_only',
      'https://www.googleapis.com/auth/logging.write',
    ];
    const accounts = { [deployer]: { users: all, chain: [middle, auditor] } };
    const traded = await trade({
      wish: { ttlSeconds: 600 },
      params: { scopes, delegates: [middle, auditor] },
      google: { accounts },
    });
    expect(bodyOf(traded, 1)).toEqual({
      scope: scopes,
      lifetime: '600s',
      delegates: [`projects/-/serviceAccounts/${middle}`, `projects/-/serviceAccounts/${auditor}`],
    });
    expect(leasesOf(traded)).toHaveLength(1);
  });

  test('says why in a header of each request, where a reason is given', async () => {
    const reasons = async (params: Record<string, unknown>): Promise<unknown> =>
      (await trade({ params })).sent.map(({ headers }) => headers['x-goog-request-reason']);
    expect(await reasons({ 'request-reason': 'release 42' })).toEqual(['release 42', 'release 42']);
    expect(await reasons({})).toEqual([undefined, undefined]);
  });

  test('goes to another universe and to other endpoints where those are named', async () => {
    const traded = await trade({
      params: { 'universe-domain': 'apis.example' },
      google: { universe: 'apis.example' },
    });
    expect(traded.sent.map(({ url }) => url.host)).toEqual([
      'sts.apis.example',
      'iamcredentials.apis.example',
    ]);
    const ours = await trade({
      params: { 'sts-endpoint': 'https://sts.p.example', 'iamcredentials-endpoint': 'https://iam.p.example' },
    });
    expect(ours.sent.map(({ url }) => url.host)).toEqual(['sts.p.example', 'iam.p.example']);
  });
});

describe('while the ID token is awaited', () => {
  test.each([
    [
      'the server of the accounts is connected to, since it comes next',
      {},
      [deployer],
      ['https://iamcredentials.googleapis.com'],
    ],
    ['no second server, where no account is asked for', {}, [], []],
    [
      'no server twice, where both are one',
      { 'sts-endpoint': 'https://g.p.example', 'iamcredentials-endpoint': 'https://g.p.example' },
      [deployer],
      [],
    ],
  ])('%s', async (_, params, roles, reached) => {
    using world = clientWorld();
    const wish = { facts: {}, params: { 'workload-identity-provider': provider, ...params } };
    const opening = gcp.configure({ ...wish, roles: roles.map((role) => ({ role })) }).open(false);
    await opening.connect?.({ host: world.host, deadline: startDeadline(world.clock, 30) });
    expect(world.journal).toEqual(reached.map((origin) => `connect ${origin}`));
  });
});

describe('what comes back', () => {
  test('is a lease of the account, which nothing but its end stops', async () => {
    const traded = await trade({
      wish: { roles: [{ role: deployer, prefix: 'APP' }], expectAccounts: [deployer] },
    });
    expect(traded.outcome).toMatchObject({ account: deployer });
    expect(leasesOf(traded)).toMatchObject([
      {
        role: deployer,
        prefix: 'APP',
        id: expect.stringMatching(/^gcp_[0-9a-f]{16}$/) as unknown,
        revocability: 'expiry-only',
        credentials: [{ kind: 'gcp-token', fields: { project: 'my-project' } }],
      },
    ]);
    const seconds = ((leasesOf(traded)[0]?.expiresAt.getTime() ?? 0) - traded.now.getTime()) / 1000;
    expect(Math.abs(seconds - 900)).toBeLessThan(2);
    expect(everythingIn(leasesOf(traded).map(({ id }) => id))).not.toContain('ya29');
  });

  test('is a lease of the federated identity where no account is named: one request', async () => {
    const scopes = 'https://www.googleapis.com/auth/devstorage.read_only';
    const traded = await trade({ wish: { roles: [] }, params: { scopes, project: 'other-project' } });
    expect(traded.sent).toHaveLength(1);
    expect(new URLSearchParams(traded.sent[0]?.body).get('scope')).toBe(scopes);
    expect(leasesOf(traded)).toMatchObject([
      {
        role: 'federated',
        revocability: 'expiry-only',
        credentials: [{ fields: { project: 'other-project' } }],
      },
    ]);
    expect(leasesOf(traded)[0]?.expiresAt).toEqual(new Date(traded.now.getTime() + 3_599_000));
  });

  test('is a lease an account where several are named, each with its own token, by one federated token', async () => {
    const accounts = { [deployer]: { users: all }, [auditor]: { users: all } };
    const traded = await trade({
      wish: { roles: [{ role: deployer }, { role: auditor }] },
      google: { accounts },
    });
    expect(traded.sent).toHaveLength(3);
    const tokens = leasesOf(traded).flatMap(({ credentials }) => credentials.flatMap(secretsOf));
    expect(new Set(tokens).size).toBe(2);
  });

  test('is an ID token where its audience is named, a bearer token with its own end', async () => {
    const params = { 'id-token-audience': 'https://site.a.run.app', 'id-token-include-email': true };
    const traded = await trade({ params });
    expect(bodyOf(traded, 1)).toEqual({ audience: 'https://site.a.run.app', includeEmail: true });
    const [lease] = leasesOf(traded);
    expect(lease).toMatchObject({
      role: deployer,
      credentials: [{ kind: 'bearer-token', name: 'id-token' }],
    });
    const [token = ''] = lease?.credentials.flatMap(secretsOf) ?? [];
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    expect(claims).toMatchObject({ aud: 'https://site.a.run.app', email: deployer });
    expect(lease?.expiresAt).toEqual(new Date(Number(claims['exp']) * 1000));
  });
});

describe('what Google refuses by its own rules', () => {
  test.each<readonly [string, string, Change]>([
    ['a provider that is not there', 'request-refused', { google: { provider: `${provider}2` } }],
    ['another audience', 'identity-refused', { google: { allowedAudiences: ['mine'] } }],
    [
      'another issuer',
      'identity-refused',
      { google: { issuer: { url: 'https://other.example', publicKey: () => issuer.publicKey() } } },
    ],
    ['a condition that does not hold', 'policy-denied', { google: { condition: () => false } }],
    [
      'an account that it may not take',
      'policy-denied',
      { google: { accounts: { [deployer]: { users: () => false } } } },
    ],
    ['an account that is not there', 'policy-denied', { google: { accounts: {} } }],
    ['a chain that is not granted', 'policy-denied', { params: { delegates: [middle] } }],
    ['more than an hour', 'request-refused', { wish: { ttlSeconds: 3601 } }],
  ])('%s is %s; nothing was issued that anyone holds', async (_, code, change) => {
    const { outcome, idToken, sent } = await trade(change);
    expect(outcome).toMatchObject({
      code,
      nothingIssued: true,
      partlyIssued: false,
      retryAfterSeconds: undefined,
    });
    const told = everythingIn(outcome);
    for (const secret of [idToken, 'ya29', 'hunter2']) expect(told).not.toContain(secret);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test('an ID token that another key has signed is not taken', async () => {
    const other = await makeIssuer();
    const { outcome } = await trade({ google: { issuer: other } });
    expect(outcome).toMatchObject({ code: 'identity-refused' });
  });

  test('twelve hours are taken where the organization allows them', async () => {
    const accounts = { [deployer]: { users: all, extended: true } };
    const traded = await trade({ wish: { ttlSeconds: 43_200 }, google: { accounts } });
    expect(leasesOf(traded)).toHaveLength(1);
  });

  test('an account that is refused after another was lent says that something lives on', async () => {
    const traded = await trade({ wish: { roles: [{ role: deployer }, { role: auditor }] } });
    expect(traded.outcome).toMatchObject({ code: 'policy-denied', partlyIssued: true });
  });
});

describe('errors by name', () => {
  const at = (host: string, answer: HttpAnswer): Change => ({
    google: { fault: ({ url }) => (url.host === `${host}.googleapis.com` ? answer : undefined) },
  });
  test.each<readonly [string, HttpAnswer, string, RegExp]>([
    [
      'sts',
      rpc(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED'),
      'request-refused',
      /gcloud services enable sts/,
    ],
    [
      'iamcredentials',
      rpc(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED'),
      'request-refused',
      /enable iamcredentials/,
    ],
    ['iamcredentials', rpc(404, 'NOT_FOUND', 'x'), 'request-refused', /workloadIdentityUser/],
    ['iamcredentials', rpc(401, 'UNAUTHENTICATED', 'x'), 'identity-refused', /universe/],
    ['iamcredentials', rpc(400, 'FAILED_PRECONDITION', 'x'), 'request-refused', /audit log/],
    ['sts', jsonAnswer({ error: 'invalid_scope' }, 400), 'request-refused', /scopes/],
    ['sts', jsonAnswer({ error: 'constructor' }, 400), 'request-refused', /audit log/],
    ['sts', jsonAnswer({ error: { status: '__proto__' } }, 400), 'request-refused', /audit log/],
    ['sts', jsonAnswer({ error: { message: 'hunter2' } }, 400), 'answer-invalid', /./],
    ['sts', jsonAnswer('hunter2', 404), 'answer-invalid', /./],
    ['iamcredentials', jsonAnswer([], 400), 'answer-invalid', /./],
  ])('%s, answer %#: %j is %s', async (host, answer, code, hint) => {
    const { outcome } = await trade(at(host, answer));
    expect(outcome).toMatchObject({ code, hint: expect.stringMatching(hint) as unknown });
    expect(everythingIn(outcome)).not.toMatch(/hunter2|ya29/);
  });

  test.each([
    ['sts', 503],
    ['iamcredentials', 429],
    ['iamcredentials', 500],
  ])('%s %i may be asked again', async (host, status) => {
    const { outcome } = await trade(at(host, jsonAnswer({}, status, { 'retry-after': '3' })));
    expect(outcome).toMatchObject({ code: 'busy', retryAfterSeconds: 3, partlyIssued: false });
  });
});

describe('an answer that is not the token that was asked for', () => {
  const token = { access_token: 'ya29.d.hunter2hunter2', token_type: 'Bearer', expires_in: 3599 };
  const jwt = (claims: unknown): string =>
    `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.hunter2`;
  test.each<readonly [string, string, HttpAnswer, Record<string, unknown>]>([
    ['of another type', 'lease-unsuitable', jsonAnswer({ ...token, token_type: 'DPoP' }), {}],
    ['without an end', 'answer-invalid', jsonAnswer({ ...token, expires_in: undefined }), {}],
    ['without a token', 'answer-invalid', jsonAnswer({ ...token, access_token: '' }), {}],
    [
      'of an account, without a token',
      'answer-invalid',
      jsonAnswer({ expireTime: '2026-11-20T16:15:00Z' }),
      {},
    ],
    ['of an account, with a broken one', 'answer-invalid', jsonAnswer({ accessToken: 'hunter2 x' }), {}],
    ['of an account, without an end', 'answer-invalid', jsonAnswer({ accessToken: 'hunter2' }), {}],
    [
      'of an account, whose end is no time',
      'answer-invalid',
      jsonAnswer({ accessToken: 'hunter2', expireTime: 'soon' }),
      {},
    ],
    [
      'for another audience',
      'lease-unsuitable',
      jsonAnswer({ token: jwt({ aud: 'other', exp: 1 }) }),
      { 'id-token-audience': 'mine' },
    ],
    [
      'for an audience, without an end',
      'answer-invalid',
      jsonAnswer({ token: jwt({ aud: 'mine' }) }),
      { 'id-token-audience': 'mine' },
    ],
    [
      'for an audience, and no ID token',
      'answer-invalid',
      jsonAnswer({ token: 'hunter2' }),
      { 'id-token-audience': 'mine' },
    ],
  ])('%s is %s, and may live on', async (name, code, answer, params) => {
    const later = /account|audience/.test(name);
    const fault: GoogleOptions['fault'] = ({ url }) =>
      url.host.startsWith(later ? 'iamcredentials.' : 'sts.') ? answer : undefined;
    const { outcome } = await trade({ params, google: { fault } });
    expect(outcome).toMatchObject({ code, nothingIssued: false });
    expect(everythingIn(outcome)).not.toMatch(/hunter2/);
  });
});

test('a token cannot be given back, and nobody claims that it was', async () => {
  expect(await findReturn('gcp')).toBeUndefined();
});
