// Our client at a server that others wrote: main borrows, post gives back, over real HTTP.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startIssuer, type ListeningIssuer } from '../support/issuer.ts';
import { World } from '../support/world.ts';
import { startAuthorizationServer, type AuthorizationServer } from './oidc-provider-server.ts';

const target = 'https://api.example.com';
let issuer: ListeningIssuer;
let server: AuthorizationServer;
beforeAll(async () => {
  issuer = await startIssuer();
  const subject = 'repo:octo-org/octo-repo:environment:production';
  server = await startAuthorizationServer({ issuer: issuer.url, subject, target });
});
afterAll(async () => {
  await Promise.all([issuer.close(), server[Symbol.asyncDispose]()]);
});

const job = (claims: Record<string, unknown> = {}): World =>
  new World({
    clock: new Date(),
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: issuer.requestUrlFor(claims),
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: issuer.requestToken,
    },
  });

const inputs = (params: Record<string, string> = {}, more: Record<string, string> = {}) => ({
  provider: 'sts',
  role: 'deploy',
  params: JSON.stringify({
    'token-endpoint': `${server.url}/token`,
    'client-id': 'ci',
    audience: target,
    ...params,
  }),
  ...more,
});

test('a job’s ID token becomes a token of the server, and post revokes it there', async () => {
  using world = job();
  const main = await world.main(inputs({ 'revocation-endpoint': `${server.url}/token/revocation` }));
  expect(main).toMatchObject({ exitCode: 0, annotations: [] });
  const token = main.env['EPHEMERAL_TOKEN'] ?? '';
  expect(await server.find(token)).toMatchObject({
    clientId: 'ci',
    aud: target,
    scope: 'deploy',
  });
  expect(main.log).toMatch(/Borrowed deploy from 127\.0\.0\.1:\d+: ends .* UTC, in 10 min/);
  expect(main.log).not.toContain(token);
  const post = await world.post(main);
  expect(post).toMatchObject({ exitCode: 0, annotations: [] });
  expect(post.log).toContain('given back (revoked)');
  expect(await server.find(token)).toBeUndefined();
});

test('what came but is not what was asked for is revoked in the same step', async () => {
  using world = job();
  const before = server.alive();
  const back = { 'revocation-endpoint': `${server.url}/token/revocation` };
  const jwt = { 'requested-token-type': 'urn:ietf:params:oauth:token-type:jwt' };
  const main = await world.main(inputs({ ...back, ...jwt }));
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('another type of token');
  expect(main.log).toContain('Nothing is lent any more');
  expect(server.alive()).toBe(before);
  const tooLong = await world.main(inputs(back, { 'max-ttl': '5m' }));
  expect(tooLong.exitCode).toBe(66);
  expect(tooLong.log).toContain('given back (revoked)');
  expect(server.alive()).toBe(before);
});

test('without a revocation endpoint post says that it ends by itself', async () => {
  using world = job();
  const main = await world.main(inputs());
  const post = await world.post(main);
  expect([main.exitCode, post.exitCode]).toEqual([0, 0]);
  expect(post.log).toContain('cannot be revoked');
  expect(await server.find(main.env['EPHEMERAL_TOKEN'] ?? '')).toBeDefined();
  expect(JSON.stringify(main.state)).not.toContain(main.env['EPHEMERAL_TOKEN']);
});

test.each<readonly [string, Record<string, unknown>, Record<string, string>, Record<string, string>, string]>(
  [
    ['another subject', { sub: 'repo:evil/fork:ref:refs/heads/main' }, {}, {}, '[identity-refused]'],
    [
      'another audience of the ID token',
      {},
      {},
      { audience: 'https://elsewhere.example' },
      '[identity-refused]',
    ],
    ['another target', {}, { audience: 'https://other.example.com' }, {}, '(invalid_target)'],
    ['a client that it does not know', {}, { 'client-id': 'nobody' }, {}, '(invalid_client)'],
  ],
)('%s is refused, and nothing has to be given back', async (_, claims, params, more, told) => {
  using world = job(claims);
  const main = await world.main(inputs(params, more));
  expect(main.exitCode).not.toBe(0);
  expect(main.log).toContain(told);
  expect(main.log).not.toContain('may have been lent');
  expect(main.env).toEqual({});
});
