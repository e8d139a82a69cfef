import { afterEach, describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { IdToken } from '../../../src/domain/id-token.ts';
import { findIdTokenSource } from '../../../src/id-tokens/registry.ts';
import { clientWorld, jsonAnswer, type ClientWorld, type Server } from '../../support/client/world.ts';
import { makeIssuer } from '../../support/issuer.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const issuer = await makeIssuer();
const address = 'https://run-actions-1.actions.githubusercontent.com/abc//idtoken/1/2?api-version=2.0';
const usual = { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token' };

interface Asked {
  readonly world: ClientWorld;
  readonly requests: HttpRequest[];
  readonly ask: (audience: string) => Promise<IdToken>;
}

const worlds: ClientWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world[Symbol.dispose]();
});

/** GitHub's endpoint, or what stands in its place. */
function github(
  answer?: (request: HttpRequest) => ReturnType<Server>,
  env: Record<string, string> = usual,
): Asked {
  const requests: HttpRequest[] = [];
  const world = clientWorld({
    env,
    server: async (request) => {
      requests.push(request);
      if (answer !== undefined) return answer(request);
      const { authorization = '' } = request.headers;
      const at = world.clock.now();
      const audience = request.url.searchParams.get('audience') ?? '';
      if (authorization !== 'Bearer request-token') return jsonAnswer({ message: 'Unauthorized' }, 401);
      return jsonAnswer({ count: 1, value: await issuer.mint({ audience, at }) });
    },
  });
  worlds.push(world);
  const source = findIdTokenSource('auto', world.job);
  const ask = async (audience: string): Promise<IdToken> =>
    (await source).request(audience, {
      host: world.host,
      deadline: startDeadline(world.clock, 90),
      onRetry: (text) => world.journal.push(text),
    });
  return { world, requests, ask };
}

test('C11 the audience is one query parameter, whatever is in it, beside those that are there', async () => {
  const { ask, requests } = github();
  const audience = 'https://b.example/?a=1&api-version=9#x\r\nY: z';
  expect(await ask(audience)).toMatchObject({ audience });
  const [{ url, method, headers, body } = { url: new URL('x:'), method: '', headers: {}, body: '' }] =
    requests;
  expect([...url.searchParams]).toEqual([
    ['api-version', '2.0'],
    ['audience', audience],
  ]);
  expect({ method, headers, body }).toEqual({
    method: 'GET',
    headers: { authorization: 'Bearer request-token', accept: 'application/json' },
    body: undefined,
  });
});

describe('without permission', () => {
  test.each<Record<string, string>>([
    {},
    { ACTIONS_ID_TOKEN_REQUEST_URL: address },
    { ...usual, ACTIONS_ID_TOKEN_REQUEST_URL: '' },
  ])('C01 nothing is asked, and what to change is said: %j', async (env) => {
    using world = clientWorld({ env });
    const job = { ...world.job, whyUntrusted: () => Promise.resolve(undefined) };
    const call = { host: world.host, deadline: startDeadline(world.clock, 9) };
    const error = await failureOf(async () => (await findIdTokenSource('auto', job)).request('a', call));
    expect(error).toMatchObject({ code: 'id-token-permission-missing', exit: 64 });
    expect(everythingIn(error)).toContain('id-token: write');
    expect(world.journal).toEqual([]);
  });

  test('the reason that the platform knows is told', async () => {
    using world = clientWorld();
    const job = { ...world.job, whyUntrusted: () => Promise.resolve('This run was started by Dependabot.') };
    const source = await findIdTokenSource('auto', job);
    const error = await failureOf(() =>
      source.request('a', { host: world.host, deadline: startDeadline(world.clock, 9) }),
    );
    expect(error).toMatchObject({ code: 'id-token-untrusted-event', exit: 64 });
    expect(String(error)).toContain('started by Dependabot');
  });

  test.each(['http://token.example.com/x?y=1', 'nowhere', 'ftp://127.0.0.1/'])(
    'an address that is not https is not asked: %s',
    async (url) => {
      const { ask, requests } = github(undefined, { ...usual, ACTIONS_ID_TOKEN_REQUEST_URL: url });
      expect(await failureOf(() => ask('a'))).toMatchObject({ code: 'id-token-refused' });
      expect(requests).toEqual([]);
    },
  );
});

describe('a refusal', () => {
  test.each([400, 401, 403, 404])('C02 of %i is final, and nothing of its body is told', async (status) => {
    const { ask, requests } = github(() => jsonAnswer({ message: 'hunter2 ::error::x' }, status));
    const error = await failureOf(() => ask('a'));
    expect(error).toMatchObject({ code: 'id-token-refused', exit: 65 });
    expect(requests).toHaveLength(1);
    expect(everythingIn(error)).not.toMatch(/hunter2|request-token/);
  });

  test('C03 that asks to come back is followed, six times at most', async () => {
    const { ask, requests, world } = github(() => jsonAnswer({}, 503, { 'retry-after': '2' }));
    const start = world.clock.monotonicMs();
    expect(await failureOf(() => ask('a'))).toMatchObject({ code: 'busy' });
    expect(requests).toHaveLength(6);
    expect(world.clock.monotonicMs() - start).toBeGreaterThanOrEqual(10_000);
  });

  test('ends at 60 seconds, so that the broker still gets its turn', async () => {
    const { ask, requests } = github(() => jsonAnswer({}, 429, { 'retry-after': '61' }));
    expect(await failureOf(() => ask('a'))).toMatchObject({ code: 'busy' });
    expect(requests).toHaveLength(1);
  });

  test('that passes is forgotten', async () => {
    let left = 2;
    const { ask, requests } = github(async ({ url }) =>
      left-- > 0
        ? jsonAnswer({}, 500)
        : jsonAnswer({
            value: await issuer.mint({
              audience: url.searchParams.get('audience') ?? '',
              at: new Date('2026-11-20T16:00:00Z'),
            }),
          }),
    );
    expect(await ask('a')).toMatchObject({ audience: 'a' });
    expect(requests).toHaveLength(3);
  });
});

describe('an answer that is no token is refused', () => {
  test.each<readonly [string, string, HttpAnswer]>([
    [
      'a redirect',
      'redirect-refused',
      { status: 302, headers: { location: 'https://evil.example' }, body: Buffer.from('') },
    ],
    ['an empty object', 'answer-invalid', jsonAnswer({})],
    ['a value that is no text', 'answer-invalid', jsonAnswer({ value: { x: 1 } })],
    [
      'HTML',
      'answer-invalid',
      { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<p>') },
    ],
    ['a token for nobody', 'id-token-mismatch', jsonAnswer({ value: 'a.b.c' })],
  ])('%s', async (_, code, answer) => {
    const { ask, requests } = github(() => answer);
    expect(await failureOf(() => ask('a'))).toMatchObject({ code });
    expect(requests).toHaveLength(1);
  });

  test('a token of another issuer, from GitHub’s own endpoint', async () => {
    const issuers = [
      'https://evil.example',
      'https://token.actions.githubusercontent.com.evil.example',
      'https://token.actions.githubusercontent.comx/',
    ];
    for (const iss of issuers) {
      const { ask } = github(async () =>
        jsonAnswer({
          value: await issuer.mint({ audience: 'a', at: new Date('2026-11-20T16:00:00Z'), claims: { iss } }),
        }),
      );
      expect(await failureOf(() => ask('a'))).toMatchObject({ code: 'id-token-mismatch' });
    }
  });

  test('but an enterprise’s own path of GitHub’s issuer is GitHub', async () => {
    const iss = 'https://token.actions.githubusercontent.com/octo-enterprise';
    const { ask } = github(async () =>
      jsonAnswer({
        value: await issuer.mint({ audience: 'a', at: new Date('2026-11-20T16:00:00Z'), claims: { iss } }),
      }),
    );
    expect(await ask('a')).toMatchObject({ issuer: iss });
  });
});
