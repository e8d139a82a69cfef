import { beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../../src/domain/host.ts';
import { azure } from '../../../src/providers/azure.ts';
import { findReturn } from '../../../src/providers/returns.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { cloudTrade, type CloudTrade } from '../../support/client/cloud-trade.ts';
import { jsonAnswer } from '../../support/client/world.ts';
import { secretsOf } from '../../support/credentials.ts';
import { entraError, fakeEntra, type EntraOptions } from '../../support/entra.ts';
import { makeIssuer, type FakeIssuer, type TokenOptions } from '../../support/issuer.ts';
import { everythingIn } from '../../support/scan.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const client = '00001111-aaaa-2222-bbbb-3333cccc4444';
const [vault, arm] = ['https://vault.azure.net', 'https://management.azure.com'];
const requestId = '0fe0e0a0-1111-2222-3333-444455556666';
let issuer: FakeIssuer;
let fitting: { issuer: string; subject: string; audience: string };
beforeAll(async () => {
  issuer = await makeIssuer();
  const subject = 'repo:octo-org/octo-repo:environment:production';
  fitting = { issuer: issuer.url, subject, audience: 'api://AzureADTokenExchange' };
});

interface Change {
  readonly wish?: Partial<Wish>;
  readonly params?: Record<string, unknown>;
  readonly entra?: Partial<EntraOptions>;
  readonly token?: TokenOptions;
}

function trade({ wish = {}, params = {}, entra = {}, token = {} }: Change = {}): Promise<CloudTrade> {
  const known = { 'tenant-id': tenant, 'client-id': client, ...params };
  const asked = { roles: [], facts: {}, params: known, ...wish };
  const usual = { issuer, tenant, clients: { [client]: [fitting] }, resources: [vault, arm] };
  const cloud = (now: () => Date) => fakeEntra({ ...usual, now, ...entra }).answer;
  return cloudTrade(azure, asked, { issuer, cloud, token });
}

test('what is sent is the client’s assertion and nothing else', async () => {
  const { sent, idToken } = await trade();
  expect(sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual([
    `POST https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
  ]);
  expect(sent[0]?.headers).toEqual({
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  });
  expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toEqual({
    client_id: client,
    scope: `${arm}/.default`,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: idToken,
    grant_type: 'client_credentials',
  });
});

test('what comes back is a lease a scope, which nothing but its end stops', async () => {
  const roles = [{ role: `${vault}/.default`, prefix: 'KV' }, { role: `${arm}/.default` }];
  const { outcome, now } = await trade({ wish: { roles, expectAccounts: [tenant.toUpperCase()] } });
  expect(outcome).toMatchObject({
    account: tenant.toUpperCase(),
    leases: [
      {
        role: `${vault}/.default`,
        prefix: 'KV',
        id: expect.stringMatching(/^azure_[0-9a-f]{16}$/) as unknown,
        revocability: 'expiry-only',
        expiresAt: new Date(now.getTime() + 3_599_000),
        credentials: [{ kind: 'azure-token', fields: { tenant, resource: vault } }],
      },
      { credentials: [{ fields: { tenant, resource: arm } }] },
    ],
  });
  if (outcome instanceof Error) throw outcome;
  const tokens = outcome.leases.flatMap(({ credentials }) => credentials.flatMap(secretsOf));
  expect(new Set(tokens).size).toBe(2);
  expect(outcome.leases.map(({ id }) => id)).not.toContain(tokens[0]);
});

test('each cloud has its own resource manager', async () => {
  const resources = ['https://management.chinacloudapi.cn'];
  const china = { ...fitting, audience: 'api://AzureADTokenExchangeChina' };
  const { sent, outcome } = await trade({
    params: { cloud: 'china' },
    entra: { resources, clients: { [client]: [china] } },
  });
  expect(sent[0]?.url.host).toBe('login.partner.microsoftonline.cn');
  expect(outcome).toMatchObject({ leases: [{ credentials: [{ fields: { resource: resources[0] } }] }] });
});

describe('what Microsoft refuses by its own rules is told by its number, with what to change', () => {
  const credential = (change: Partial<typeof fitting>): Change => ({
    entra: { clients: { [client]: [{ ...fitting, ...change }] } },
  });
  test.each<readonly [number, string, RegExp, () => Change]>([
    [700211, 'identity-refused', /issuer/, () => credential({ issuer: `${fitting.issuer}/` })],
    [700212, 'audience-mismatch', /audience/, () => credential({ audience: 'api://mine' })],
    [
      700213,
      'identity-refused',
      /subject/,
      () => credential({ subject: 'repo:octo-org/octo-repo:pull_request' }),
    ],
    [
      7002138,
      'identity-refused',
      /capital letters/,
      () => credential({ subject: fitting.subject.toUpperCase() }),
    ],
    [70025, 'identity-refused', /federated credentials/, () => ({ entra: { clients: { [client]: [] } } })],
    [700016, 'request-refused', /client-id/, () => ({ entra: { clients: {} } })],
    [90002, 'request-refused', /tenant-id/, () => ({ entra: { tenant: client } })],
    [500011, 'request-refused', /`role`/, () => ({ entra: { resources: [] } })],
    [
      700027,
      'identity-refused',
      /issuer/,
      () => ({ entra: { issuer: { url: issuer.url, publicKey: () => otherKey } } }),
    ],
  ])('%i is %s', async (number, code, hint, change) => {
    const { outcome, idToken } = await trade(change());
    expect(outcome).toMatchObject({
      code,
      requestId,
      nothingIssued: true,
      retryAfterSeconds: undefined,
      hint: expect.stringMatching(hint) as unknown,
    });
    expect((outcome as Error).message).toContain(`(AADSTS${String(number)})`);
    expect(everythingIn(outcome)).not.toContain('hunter2');
    expect(everythingIn(outcome)).not.toContain(idToken);
  });

  let otherKey: ReturnType<FakeIssuer['publicKey']>;
  beforeAll(async () => {
    otherKey = (await makeIssuer()).publicKey();
  });

  test('an ID token that has ended may be cured by a fresh one', async () => {
    const { outcome } = await trade({ entra: { now: () => new Date('2036-01-01T00:00:00Z') } });
    expect(outcome).toMatchObject({ code: 'identity-refused', freshIdToken: true });
    expect((outcome as Error).message).toContain('(AADSTS700024)');
  });

  test('a scope that is refused after another was lent says that something lives on', async () => {
    const roles = [{ role: `${arm}/.default` }, { role: 'https://graph.microsoft.com/.default' }];
    const { outcome } = await trade({ wish: { roles } });
    expect(outcome).toMatchObject({ code: 'request-refused', partlyIssued: true });
  });
});

describe('answers that are no token', () => {
  test.each<readonly [string, HttpAnswer, Record<string, unknown>]>([
    ['a number that nobody knows', entraError('invalid_client', 123456, ''), { code: 'identity-refused' }],
    ['an error that nobody knows', entraError('strange', 123456, ''), { code: 'request-refused', requestId }],
    ['an inherited name', jsonAnswer({ error: 'constructor' }, 400), { code: 'request-refused' }],
    ['no number', jsonAnswer({ error: 'invalid_scope' }, 400), { code: 'request-refused' }],
    [
      'numbers that are none',
      jsonAnswer({ error: 'invalid_scope', error_codes: ['x', -1, 1.5] }, 400),
      { code: 'request-refused' },
    ],
    ['no error', jsonAnswer({ hunter2: 1 }, 400), { code: 'answer-invalid' }],
    [
      'an overload',
      jsonAnswer({ error: 'x' }, 503, { 'retry-after': '3' }),
      { code: 'busy', retryAfterSeconds: 3 },
    ],
    ['a wait', jsonAnswer({ error: 'temporarily_unavailable' }, 400), { code: 'busy' }],
    [
      'a token of another type',
      jsonAnswer({ access_token: 'hunter2', token_type: 'pop', expires_in: 1 }),
      { code: 'lease-unsuitable', nothingIssued: false },
    ],
    [
      'a token without an end',
      jsonAnswer({ access_token: 'hunter2', token_type: 'Bearer' }),
      { code: 'answer-invalid', nothingIssued: false },
    ],
    [
      'an end without a token',
      jsonAnswer({ token_type: 'Bearer', expires_in: 3599 }),
      { code: 'answer-invalid' },
    ],
  ])('%s', async (_, answer, expected) => {
    const { outcome } = await trade({ entra: { fault: () => answer } });
    expect(outcome).toMatchObject(expected);
    expect(everythingIn(outcome)).not.toContain('hunter2');
  });
});

test('a token cannot be given back, and nobody claims that it was', async () => {
  expect(await findReturn('azure')).toBeUndefined();
});
