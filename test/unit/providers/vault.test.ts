// The provider in one process, against the stand-in of OpenBao over real HTTP.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { Debt } from '../../../src/domain/intent.ts';
import type { Loan } from '../../../src/domain/lease.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import type { Call } from '../../../src/protocol/http.ts';
import type { Opening } from '../../../src/providers/provider.ts';
import { vaultReturn } from '../../../src/providers/vault-return.ts';
import { vault as provider } from '../../../src/providers/vault.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../../support/client/world.ts';
import { makeIssuer, type FakeIssuer, type TokenOptions } from '../../support/issuer.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';
import { startVault, type Vault, type VaultOptions, type VaultRole } from '../../support/vault.ts';

const audience = 'https://vault.example.com';
const may = [
  'kv/data/ci',
  'secret/ci',
  'aws/sts/deploy',
  'aws/creds/user',
  'pki/issue/web',
  'kv/ci',
  'kv/data/none',
];
const usual: VaultRole = { audiences: [audience], claims: { repository_id: '456789' }, may };
const stored = {
  'kv/data/ci': { key: 'mail-Zm9vYmFyYmF6', from: 'ci@example.com', deep: { a: [1, 'zwei-Zm9v'] } },
  'secret/ci': { token: 'tok-Zm9vYmFyYmF6cXV4' },
};
const session = {
  access_key: 'ASIAIOSFODNN7EXAMPLE',
  secret_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  security_token: 'FwoGZXIvYXdzEBYaDH-Zm9vYmFyYmF6cXV4MTIzNDU2',
  arn: 'arn:aws:sts::123456789012:assumed-role/deploy/x',
};
const nothing = (): Promise<void> => Promise.resolve();
const engines: NonNullable<VaultOptions['engines']> = {
  'aws/sts/deploy': () => Promise.resolve({ data: session, ttlSeconds: 3000, revoke: nothing }),
  'aws/creds/user': () =>
    Promise.resolve({ data: { ...session, security_token: null }, ttlSeconds: 600, revoke: nothing }),
  'pki/issue/web': ({ common_name }) =>
    Promise.resolve({
      data: { certificate: 'PEM', private_key: `key-of-${String(common_name)}-Zm9vYmFy`, expiration: 1 },
      ttlSeconds: 600,
      revoke: nothing,
    }),
};

let issuer: FakeIssuer;
let server: Vault;
let world: ClientWorld;
/** Changes requests or answers on their way. */
let onTheWay: (request: HttpRequest) => HttpAnswer | undefined;
beforeEach(async () => {
  onTheWay = () => undefined;
  issuer = await makeIssuer();
});
afterEach(async () => {
  world[Symbol.dispose]();
  await server.close();
});

async function start(change: Partial<VaultOptions> = {}): Promise<void> {
  server = await startVault({ issuer, roles: { deploy: usual }, stored, engines, ...change });
  world = clientWorld({
    server: async (request) => {
      const { url, method, headers, body } = request;
      const answer = onTheWay(request);
      if (answer !== undefined) return answer;
      const sent = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      const octets = new Uint8Array(await sent.arrayBuffer());
      return { status: sent.status, headers: { 'content-type': 'application/json' }, body: octets };
    },
  });
}

interface Told {
  readonly outcome: unknown;
  readonly opening: Opening;
  readonly warnings: string[];
  /** `Opening.kept` each time that it was to be written down. */
  readonly noted: (Debt | undefined)[];
}

const callWith = (more: Partial<Call> = {}): Call => ({
  host: { ...world.host, clock: { ...world.clock, now: () => new Date() } },
  deadline: startDeadline(world.clock, 30),
  ...more,
});

async function trade(
  params: Record<string, unknown> = {},
  token: TokenOptions = {},
  role = 'deploy',
): Promise<Told> {
  const wish = { url: server.url, ...params };
  const opening = provider.configure({ roles: [{ role }], facts: {}, audience, params: wish }).open(false);
  const text = await issuer.mint({ audience, ...token });
  const idToken = decodeIdToken(text, token.audience ?? audience, token.at ?? new Date());
  const warnings: string[] = [];
  const noted: (Debt | undefined)[] = [];
  const call = callWith({
    onWarning: (each) => warnings.push(each),
    onOwed: () => noted.push(opening.kept),
  });
  const outcome = await opening.trade(idToken, call).catch((error: unknown) => error);
  if (outcome instanceof Error) expect(everythingIn(outcome)).not.toContain(text.split('.')[2]);
  return { outcome, opening, warnings, noted };
}

const leasesOf = ({ outcome }: Told): Loan['leases'] => (outcome as Loan).leases;
const secrets = (...entries: Record<string, unknown>[]): Record<string, unknown> => ({ secrets: entries });
const giveBack = ({ opening }: Told, ids: readonly string[]): Promise<unknown> =>
  vaultReturn.giveBack({ ...opening.kept, ...opening.debt }, ids, { call: callWith(), audience });

test('the login is to be written down before anything is asked for with it', async () => {
  await start();
  const before: number[] = [];
  onTheWay = ({ url }) => {
    if (url.pathname.includes('/kv/')) before.push(1);
    return undefined;
  };
  const told = await trade(secrets({ path: 'kv/data/ci', fields: ['key'] }));
  expect(told.noted).toEqual([{ token: server.issued[0] }]);
  expect(before).toEqual([1]);
  // Nothing is read with it, and it is owed all the same.
  expect((await trade()).noted).toEqual([{ token: server.issued[1] }]);
});

test.each(['', 'a b', 'a\r\nx-vault-namespace: other', 'ä', 7, null, 'x'.repeat(8193)])(
  'a login that no header can carry is none: %j',
  async (client_token) => {
    await start();
    onTheWay = ({ url }) =>
      url.pathname.endsWith('/login')
        ? jsonAnswer({ auth: { client_token, lease_duration: 900 } })
        : undefined;
    expect((await trade()).outcome).toMatchObject({ code: 'answer-invalid' });
  },
);

test.each(['a b', 'a\n::set-env', 'x'.repeat(513)])(
  'a lease whose id would break a line is refused: %j',
  async (lease_id) => {
    await start();
    onTheWay = ({ url }) =>
      url.pathname.endsWith('/secret/ci')
        ? jsonAnswer({ lease_id, lease_duration: 60, data: { token: 'tok-Zm9vYmFyYmF6cXV4' } })
        : undefined;
    const { outcome } = await trade(secrets({ path: 'secret/ci' }));
    expect(outcome).toMatchObject({ code: 'answer-invalid', partlyIssued: true });
  },
);

test('what a batch token has made dynamically nobody says could be revoked', async () => {
  await start({ roles: { deploy: { ...usual, batch: true } } });
  const [, user] = leasesOf(
    await trade(secrets({ path: 'aws/creds/user', fields: { id: 'access_key', key: 'secret_key' } })),
  );
  expect(user).toMatchObject({ role: 'aws/creds/user', revocability: 'expiry-only' });
});

test('the account is the entity that the server takes the job for', async () => {
  await start();
  const { outcome } = await trade();
  expect((outcome as Loan).account).toBe('0d5f1b1c-7a3e-4a51-9f0e-2f4f0f6f9b11');
});

test('both versions of KV: chosen fields under other names, what is no secret, and what is nested as JSON', async () => {
  await start();
  const told = await trade(
    secrets(
      { path: 'kv/data/ci', plain: ['from'], version: 2 },
      { path: 'secret/ci', as: 'bearer-token', prefix: 'API' },
    ),
  );
  const [login, first, second] = leasesOf(told);
  expect(login?.credentials).toEqual([]);
  const { fields = {} } = first?.credentials[0] ?? {};
  expect(Object.keys(fields).toSorted()).toEqual(['deep', 'from', 'key', 'version']);
  expect(fields).toMatchObject({ from: 'ci@example.com' });
  expect(everythingIn(first)).not.toContain('mail-Zm9v');
  expect(second).toMatchObject({ prefix: 'API', role: 'secret/ci', revocability: 'expiry-only' });
  expect(told.warnings).toEqual([
    expect.stringContaining('kv/data/ci is a stored value'),
    expect.stringContaining('secret/ci is a stored value'),
  ]);
});

test('what a cloud has signed outlives the login, and nobody says that it could be revoked', async () => {
  await start();
  const [, lease] = leasesOf(
    await trade(secrets({ path: 'aws/sts/deploy', as: 'aws-session', with: { region: 'eu-west-1' } })),
  );
  expect(lease).toMatchObject({
    revocability: 'expiry-only',
    id: expect.stringMatching(/^aws\/sts\/deploy\/.{16}$/) as unknown,
  });
  expect((lease?.expiresAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(2_900_000);
});

test('a lease ends with its login at the latest, and `data` is written', async () => {
  await start({ roles: { deploy: { ...usual, ttlSeconds: 300 } } });
  const told = await trade(
    secrets({ path: 'pki/issue/web', data: { common_name: 'a.example' }, fields: ['private_key'] }),
  );
  const [login, lease] = leasesOf(told);
  expect(lease).toMatchObject({ revocability: 'immediate', expiresAt: login?.expiresAt });
  expect(server.requests.at(-1)).toMatchObject({ method: 'POST', body: '{"common_name":"a.example"}' });
});

test('an IAM user of AWS is no session, and is given back', async () => {
  await start();
  const told = await trade(secrets({ path: 'aws/creds/user', as: 'aws-session' }));
  expect(told.outcome).toMatchObject({ code: 'credential-unusable', partlyIssued: true });
  expect(String(told.outcome)).toContain('session_token');
  expect(told.opening.kept).toEqual({ token: server.issued[0] });
});

test('a namespace goes with every request, also with the one that gives back', async () => {
  await start({ namespace: 'team' });
  const told = await trade({ namespace: 'team/', ...secrets({ path: 'secret/ci' }) });
  expect(await giveBack(told, ['vault_1'])).toEqual([]);
  expect(server.requests.map(({ headers }) => headers['x-vault-namespace'])).toEqual([
    'team',
    'team',
    'team',
  ]);
  expect(server.tokens.size).toBe(0);
  const { outcome } = await trade();
  expect(outcome).toMatchObject({
    code: 'policy-denied',
    hint: expect.stringContaining('`namespace`') as unknown,
  });
});

test('a login of too few uses would end what it reads: it is refused, with the number that does', async () => {
  await start({ roles: { deploy: { ...usual, uses: 1 } } });
  const { outcome } = await trade(secrets({ path: 'secret/ci' }));
  expect(outcome).toMatchObject({
    code: 'lease-unsuitable',
    hint: expect.stringContaining('2 at least') as unknown,
  });
});

test('a login of which somebody has spent the uses, or that was revoked before, is over', async () => {
  await start();
  const told = await trade();
  expect(await giveBack(told, ['vault_1'])).toEqual([]);
  expect(await giveBack(told, ['vault_1'])).toEqual([]);
});

test('a batch token is kept nowhere, and nobody tries to revoke it; any other that is gone is owed', async () => {
  await start({ roles: { deploy: { ...usual, batch: true } } });
  const told = await trade(secrets({ path: 'secret/ci' }));
  const ids = leasesOf(told).map(({ id }) => id);
  expect(told.warnings[0]).toContain('batch token, which nobody can revoke');
  expect([told.noted, told.opening.kept]).toEqual([[], {}]);
  expect(leasesOf(told).map(({ revocability }) => revocability)).toEqual(['expiry-only', 'expiry-only']);
  expect(await giveBack(told, ids)).toBeUndefined();
  expect(await giveBack(told, [])).toBeUndefined();
  expect(await failureOf(() => giveBack(told, ['vault_1']))).toMatchObject({ code: 'revoke-failed' });
  expect(server.requests).toHaveLength(2);
});

test('a login that may not revoke itself is no success, and the policy that it lacks is told', async () => {
  await start({ roles: { deploy: { ...usual, bare: true } } });
  const told = await trade();
  expect(await failureOf(() => giveBack(told, ['vault_1']))).toMatchObject({
    code: 'revoke-failed',
    hint: expect.stringContaining('path "auth/token/revoke-self"') as unknown,
  });
});

test('a replica that has not heard of the login yet, and a server that is sealed, are asked again', async () => {
  await start();
  const answers = [
    jsonAnswer({ errors: ['required index state not present'] }, 412),
    jsonAnswer({ errors: ['sealed'] }, 503),
  ];
  onTheWay = ({ url }) => (url.pathname.includes('/secret/') ? answers.shift() : undefined);
  const told = await trade(secrets({ path: 'secret/ci' }));
  expect(leasesOf(told)).toHaveLength(2);
  expect(server.issued).toHaveLength(1);
});

describe('a login that is refused', () => {
  test.each<readonly [string, TokenOptions, string, Partial<VaultOptions>, string, RegExp, RegExp]>([
    [
      'no such role',
      {},
      'nobody',
      {},
      'policy-denied',
      /no role nobody at auth\/jwt/,
      /bao write auth\/jwt\/role\/nobody/,
    ],
    [
      'another claim',
      { claims: { repository_id: '1' } },
      'deploy',
      {},
      'policy-denied',
      /the claim `repository_id` does not match/,
      /bound_claims/,
    ],
    [
      'a claim that is missing',
      { claims: { repository_id: undefined } },
      'deploy',
      {},
      'policy-denied',
      /a claim is not in the ID token/,
      /user_claim/,
    ],
    [
      'another audience',
      { audience: 'urn:x' },
      'deploy',
      {},
      'audience-mismatch',
      /another audience/,
      /bound_audiences=https:\/\/vault\.example\.com/,
    ],
    [
      'no audience bound',
      {},
      'deploy',
      { roles: { deploy: { ...usual, audiences: [] } } },
      'audience-mismatch',
      /another audience/,
      /bound_audiences/,
    ],
    [
      'another issuer',
      { claims: { iss: 'https://other.example' } },
      'deploy',
      {},
      'identity-refused',
      /another issuer/,
      /bound_issuer/,
    ],
    [
      'an end that is past',
      { at: new Date(Date.now() - 900_000) },
      'deploy',
      {},
      'identity-refused',
      /has expired/,
      /clocks/,
    ],
    ['another mount', {}, 'deploy', { mount: 'gh' }, 'policy-denied', /no login at auth\/jwt/, /`mount`/],
  ])('for %s says what to change', async (_, token, role, change, code, message, hint) => {
    await start(change);
    const { outcome, opening } = await trade({}, token, role);
    expect(outcome).toMatchObject({
      code,
      message: expect.stringMatching(message) as unknown,
      hint: expect.stringMatching(hint) as unknown,
      nothingIssued: true,
    });
    expect(opening.kept).toEqual({});
    expect(everythingIn(outcome)).not.toMatch(/associated|could not be found|no handler/);
  });

  test('by a text without end takes no time to speak of', async () => {
    await start();
    onTheWay = () => jsonAnswer({ errors: ['claim '.repeat(150_000)] }, 400);
    const { outcome } = await trade();
    expect(outcome).toMatchObject({ code: 'request-refused' });
  });

  test('for a signature says where the server has its keys from', async () => {
    await start();
    const text = await (await makeIssuer()).mint({ audience });
    const opening = provider
      .configure({ roles: [{ role: 'deploy' }], facts: {}, audience, params: { url: server.url } })
      .open(false);
    const outcome = await failureOf(() =>
      opening.trade(decodeIdToken(text, audience, new Date()), callWith()),
    );
    expect(outcome).toMatchObject({
      code: 'identity-refused',
      hint: expect.stringContaining('jwks_url') as unknown,
    });
  });
});

describe('a path that cannot be had', () => {
  test.each<readonly [Record<string, unknown>, string, RegExp]>([
    [{ path: 'kv/ci' }, 'request-refused', /Write `path: kv\/data\/ci`/],
    [{ path: 'kv/data/none' }, 'request-refused', /MOUNT\/data\/NAME/],
    [{ path: 'kv/data/other' }, 'policy-denied', /path "kv\/data\/other" \{ capabilities = \["read"\] \}/],
    [{ path: 'secret/ci', data: {} }, 'request-refused', /Leave `data` out/],
    [{ path: 'secret/ci', fields: ['nope'] }, 'lease-unsuitable', /letter by letter/],
  ])('%j', async (entry, code, hint) => {
    await start();
    const { outcome } = await trade(secrets(entry));
    expect(outcome).toMatchObject({
      code,
      hint: expect.stringMatching(hint) as unknown,
      partlyIssued: true,
    });
  });
});

describe('a stored value that is written down in another form', () => {
  const text = 'zwei\nZeilen-Zm9vYmFyYmF6';
  const base64 = Buffer.from(text).toString('base64');
  const read = async (key: unknown, entry: Record<string, unknown>): Promise<unknown> => {
    await start({ stored: { 'kv/data/ci': { key, from: 'ci@example.com' } } });
    const { outcome } = await trade({ secrets: [{ path: 'kv/data/ci', ...entry }] });
    if (outcome instanceof Error) return outcome;
    const [credential] = (outcome as Loan).leases[1]?.credentials ?? [];
    const [value] = Object.values<unknown>(credential?.fields ?? {});
    return value instanceof Secret ? value.reveal() : value;
  };

  test.each<readonly [string, string, Record<string, unknown>]>([
    ['base64', base64, { fields: ['key'], decode: 'base64' }],
    [
      'base64 in lines',
      `${base64.slice(0, 8)}\r\n${base64.slice(8)}\n`,
      { fields: ['key'], decode: 'base64' },
    ],
    ['hex', Buffer.from(text).toString('hex').toUpperCase(), { fields: ['key'], decode: 'hex' }],
    ['base64, by name', base64, { decode: { key: 'base64' } }],
    ['base64, by our name for it', base64, { fields: { mail: 'key' }, decode: { mail: 'base64' } }],
  ])('%s is delivered as the text that it holds', async (_, key, entry) => {
    expect(await read(key, entry)).toBe(text);
  });

  test.each<readonly [string, unknown, Record<string, unknown>]>([
    ['what is no base64', 'mail-Zm9vYmFyYmF6', { decode: { key: 'base64' } }],
    ['base64 without its end', base64.slice(0, -1), { decode: { key: 'base64' } }],
    [
      'octets that are no text',
      Buffer.from([0xff, 0xfe, 0x80]).toString('base64'),
      { decode: { key: 'base64' } },
    ],
    ['a field that is not there', base64, { decode: { kee: 'base64' } }],
    ['hex of half an octet', 'abc', { fields: ['key'], decode: 'hex' }],
  ])('%s is refused, and the login is given back', async (_, key, entry) => {
    const error = await read(key, entry);
    expect(error).toMatchObject({ code: 'lease-unsuitable', partlyIssued: true });
    expect(everythingIn(error)).not.toContain(String(key));
  });
});

test('headers that the ledger has kept go with giving back; what another has written there does not', async () => {
  await start();
  const headers = { 'CF-Access-Client-Id': 'ci.access' };
  const { opening } = await trade({ headers });
  const sent = (): unknown => server.requests.at(-1)?.headers['cf-access-client-id'];
  expect(sent()).toBe('ci.access');
  const debt = { ...opening.debt, ...opening.kept };
  await vaultReturn.giveBack(debt, ['vault_1'], { call: callWith(), audience });
  expect([server.requests.at(-1)?.path, sent()]).toEqual(['/v1/auth/token/revoke-self', 'ci.access']);
  for (const stray of ['{"x-vault-namespace":"other"}', '{"cf-access-client-id":"a\\r\\nb: c"}', '[]', 'x']) {
    await vaultReturn.giveBack({ ...debt, headers: stray }, ['vault_1'], { call: callWith(), audience });
    const last = server.requests.at(-1)?.headers ?? {};
    expect([last['cf-access-client-id'], last['x-vault-namespace']]).toEqual([undefined, undefined]);
  }
});
