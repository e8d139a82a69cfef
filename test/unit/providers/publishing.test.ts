// octo-sts, npm, pypi and crates in one process, against their stand-ins over real HTTP.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { Lease, Loan } from '../../../src/domain/lease.ts';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import type { Call } from '../../../src/protocol/http.ts';
import { crates } from '../../../src/providers/crates.ts';
import { npm } from '../../../src/providers/npm.ts';
import { octoSts } from '../../../src/providers/octo-sts.ts';
import type { Opening, Provider, Wish } from '../../../src/providers/provider.ts';
import { pypi } from '../../../src/providers/pypi.ts';
import { findReturn } from '../../../src/providers/returns.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../../support/client/world.ts';
import { makeIssuer, type FakeIssuer } from '../../support/issuer.ts';
import {
  startCrates,
  startNpm,
  startOctoSts,
  startPypi,
  type Publishing,
  type PublishingOptions,
} from '../../support/publishing.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

let issuer: FakeIssuer;
let world: ClientWorld;
let server: Publishing | undefined;
let onTheWay: (request: HttpRequest) => HttpAnswer | undefined;
beforeEach(async () => {
  onTheWay = () => undefined;
  server = undefined;
  issuer = await makeIssuer();
  world = clientWorld({
    server: async (request) => {
      const answer = onTheWay(request);
      if (answer !== undefined) return answer;
      const { url, method, headers, body } = request;
      // Node's own fetch would add a User-Agent.
      const named = { 'user-agent': '', ...headers };
      const sent = await fetch(url, { method, headers: named, ...(body === undefined ? {} : { body }) });
      const octets = new Uint8Array(await sent.arrayBuffer());
      return { status: sent.status, headers: { 'content-type': 'application/json' }, body: octets };
    },
  });
});
afterEach(async () => {
  world[Symbol.dispose]();
  await server?.close();
});

const call = (): Call => ({
  host: { ...world.host, clock: { ...world.clock, now: () => new Date() } },
  deadline: startDeadline(world.clock, 30),
});

async function begin(start: (options: PublishingOptions) => Promise<Publishing>): Promise<Publishing> {
  server = await start({ issuer, publisher: { repository_id: '456789' } });
  return server;
}

function opened(provider: Provider, params: Record<string, unknown>, role?: string): Opening {
  const roles = role === undefined ? [] : [{ role }];
  return provider.configure({ roles, facts: {}, params }).open(false);
}

async function trade(opening: Opening, token?: string): Promise<unknown> {
  const text = token ?? (await issuer.mint({ audience: opening.audience }));
  const idToken = decodeIdToken(text, opening.audience, new Date());
  return opening.trade(idToken, call()).catch((error: unknown) => error);
}

const leaseOf = (outcome: unknown): Lease | undefined => (outcome as Loan).leases[0];
const giveBack = async (
  { name }: Provider,
  { kept, debt }: Opening,
  ids: readonly string[],
): Promise<unknown> =>
  (await findReturn(name))?.giveBack({ ...kept, ...debt }, ids, { call: call(), audience: '' });
const secondsLeft = (lease: Lease | undefined): number =>
  Math.round(((lease?.expiresAt.getTime() ?? 0) - Date.now()) / 1000);

test('octo-sts: a GitHub token of an hour that GitHub takes back, once and again', async () => {
  const { url, takes, issued } = await begin(startOctoSts);
  const opening = opened(octoSts, { url, scope: 'octo-org/octo-repo', 'api-url': url }, 'release');
  const lease = leaseOf(await trade(opening));
  expect(lease).toMatchObject({ role: 'release', revocability: 'immediate' });
  expect(lease?.credentials[0]).toMatchObject({ kind: 'github-token', fields: { apiUrl: url } });
  expect(secondsLeft(lease)).toBeGreaterThan(3_590);
  const [token = ''] = issued;
  expect(takes(token)).toBe(true);
  expect(await giveBack(octoSts, opening, [lease?.id ?? ''])).toEqual([]);
  expect(takes(token)).toBe(false);
  expect(await giveBack(octoSts, opening, [lease?.id ?? ''])).toEqual([]);
});

test.each<readonly [string, number, unknown]>([
  ['a 401 of GitHub for another reason', 401, { message: 'Requires authentication' }],
  ['a 401 for single sign-on', 401, { message: 'Resource protected by organization SAML enforcement.' }],
  ['a 401 of something before it', 401, 'Bad credentials'],
  ['a 401 without a word', 401, ''],
  ['a 403', 403, { message: 'Bad credentials' }],
  ['a 404', 404, { message: 'Bad credentials' }],
])('octo-sts: %s does not say that the token is gone', async (_, status, body) => {
  const { url, takes, issued } = await begin(startOctoSts);
  const opening = opened(octoSts, { url, scope: 'octo-org/octo-repo', 'api-url': url }, 'release');
  const lease = leaseOf(await trade(opening));
  onTheWay = () => jsonAnswer(body, status);
  const error = await failureOf(() => giveBack(octoSts, opening, [lease?.id ?? '']));
  expect(error).toMatchObject({ name: 'CredsError', hint: expect.stringMatching(/\w/) });
  if (status !== 404) expect(error).toMatchObject({ code: 'revoke-failed' });
  expect(everythingIn(error)).not.toContain(issued[0]);
  expect(takes(issued[0] ?? '')).toBe(true);
});

test('octo-sts: scope and identity cannot reach beyond their own parameters', () => {
  const open = (scope: string, role: string): unknown =>
    opened(octoSts, { url: 'https://octo-sts.example.com', scope }, role);
  for (const [scope, role] of [
    ['octo-org/a&identity=admin', 'release'],
    ['octo-org/a/b', 'release'],
    ['', 'release'],
    ['octo-org/a', 'release&scope=x'],
    ['octo-org/a', '../release'],
  ] as const)
    expect(() => open(scope, role)).toThrow(CredsError);
});

test.each(['http://ghes.example.com', 'https://192.0.2.7', 'https://user:x@ghes.example.com', 'ghes'])(
  'octo-sts: a token is given back to no such place: %s',
  (apiUrl) => {
    const params = { url: 'https://octo-sts.example.com', scope: 'octo-org/a', 'api-url': apiUrl };
    expect(() => opened(octoSts, params, 'release')).toThrow(/api-url/);
  },
);

test.each(['', 'a b', 'a\r\nx: y', 'ä', 7, null, 'x'.repeat(32_769)])(
  'a token that no header can carry is none: %j',
  async (token) => {
    const { url } = await begin(startCrates);
    onTheWay = () => jsonAnswer({ token });
    const opening = opened(crates, { url });
    expect(await trade(opening)).toMatchObject({ code: 'answer-invalid' });
    expect(opening.kept).toEqual({});
  },
);

test('npm: a token for one package, until when the registry says', async () => {
  const { url } = await begin(startNpm);
  const opening = opened(npm, { url }, '@octo-org/site');
  const lease = leaseOf(await trade(opening));
  expect(lease).toMatchObject({ role: '@octo-org/site', revocability: 'expiry-only' });
  expect(secondsLeft(lease)).toBeGreaterThan(3_590);
  expect(server?.requests[0]).toMatchObject({
    method: 'POST',
    path: '/-/npm/v1/oidc/token/exchange/package/@octo-org%2fsite',
  });
  expect(await giveBack(npm, opening, [lease?.id ?? ''])).toBeUndefined();
});

test.each<readonly [string, unknown, number]>([
  ['as seconds since 1970', Math.floor(Date.now() / 1000) + 900, 900],
  ['not at all', undefined, 3600],
  ['as nonsense', 'soon', 3600],
])('npm: an end that is told %s', async (_, expires, seconds) => {
  onTheWay = () => jsonAnswer({ token: 'npm_Zm9vYmFyYmF6cXV4', expires }, 201);
  const lease = leaseOf(await trade(opened(npm, { url: 'https://registry.example' }, 'site')));
  expect(Math.abs(secondsLeft(lease) - seconds)).toBeLessThan(60);
});

test('pypi: the audience is pinned, and the index is not asked for one', async () => {
  const { url, requests } = await begin(startPypi);
  const opening = opened(pypi, { url, 'upload-url': 'https://upload.index.example/legacy/' });
  const lease = leaseOf(await trade(opening));
  expect(lease?.credentials[0]).toMatchObject({
    kind: 'registry-login',
    fields: { registry: 'https://upload.index.example/legacy', username: '__token__' },
  });
  expect(requests.map(({ path }) => path)).toEqual(['/_/oidc/mint-token']);
  expect(await giveBack(pypi, opening, [lease?.id ?? ''])).toBeUndefined();
});

test('crates: the token is given back where it came from', async () => {
  const { url, takes, issued } = await begin(startCrates);
  const opening = opened(crates, { url });
  const lease = leaseOf(await trade(opening));
  expect(lease).toMatchObject({ revocability: 'immediate' });
  expect(opening.debt).toEqual({ url });
  expect(await giveBack(crates, opening, [lease?.id ?? ''])).toEqual([]);
  expect(takes(issued[0] ?? '')).toBe(false);
});

test.each<readonly [string, Provider, typeof startPypi]>([
  ['pypi', pypi, startPypi],
  ['crates', crates, startCrates],
])('%s: an ID token that was traded before asks for a fresh one', async (_, provider, start) => {
  const { url } = await begin(start);
  const opening = opened(provider, { url });
  const token = await issuer.mint({ audience: opening.audience });
  expect(leaseOf(await trade(opening, token))).toBeDefined();
  const again = await trade(opened(provider, { url }), token);
  expect(again).toMatchObject({ code: 'identity-refused', freshIdToken: true, nothingIssued: true });
});

test('what was removed from the ledger is said to be gone; what never came is owed by nobody', async () => {
  const { url } = await begin(startCrates);
  const opening = opened(crates, { url });
  expect(await giveBack(crates, opening, [])).toBeUndefined();
  expect(await failureOf(() => giveBack(crates, opening, ['crates_1']))).toMatchObject({
    code: 'revoke-failed',
  });
});

describe('refused before anything is sent', () => {
  const url = 'https://registry.example';
  test.each<readonly [string, Provider, Partial<Wish>, RegExp]>([
    ['npm without a package', npm, {}, /`role` is required/],
    ['npm with two', npm, { roles: [{ role: 'a' }, { role: 'b' }] }, /a step for each/],
    ['npm with a path', npm, { roles: [{ role: '../-/user' }] }, /no name of a package/],
    ['npm with a lifetime', npm, { roles: [{ role: 'a' }], ttlSeconds: 60 }, /`ttl` means nothing/],
    ['pypi with a role', pypi, { roles: [{ role: 'a' }] }, /knows the projects/],
    ['pypi with a region', pypi, { region: 'x' }, /`region` means nothing/],
    ['pypi without a URL', pypi, { params: {} }, /params: url.*is required/],
    ['crates with a role', crates, { roles: [{ role: 'a' }] }, /knows the crates/],
    ['crates with an account', crates, { expectAccounts: ['x'] }, /`expect-account` means nothing/],
    ['crates with a broker', crates, { brokerUrl: url }, /set `url` in `params`/],
    [
      'octo-sts without an identity',
      octoSts,
      { params: { url, scope: 'a/b' } },
      /NAME of \.github\/chainguard/,
    ],
    ['octo-sts with a key', octoSts, { publicKey: 'ssh-ed25519 AAAA' }, /names `ssh`/],
  ])('%s', (_, provider, change, message) => {
    expect(() => provider.configure({ roles: [], facts: {}, params: { url }, ...change })).toThrow(message);
  });
});
