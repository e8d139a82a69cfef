import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { options } from '../../src/config/options.ts';
import type { HttpAnswer } from '../../src/domain/host.ts';
import type { Option } from '../../src/domain/option.ts';
import type { Provider, Wish } from '../../src/providers/provider.ts';
import { findProvider, providers } from '../../src/providers/registry.ts';
import { findReturn, returns } from '../../src/providers/returns.ts';
import { startDeadline } from '../../src/domain/deadline.ts';
import { decodeIdToken } from '../../src/id-tokens/decode.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from '../support/client/world.ts';
import { hostileText } from '../support/faults.ts';
import { makeIssuer } from '../support/issuer.ts';
import { everythingIn, failureOf } from '../support/scan.ts';

interface Row {
  readonly wish: Omit<Wish, 'facts'>;
  /** What takes out of the wish all that it asks for. */
  readonly nothing: Partial<Wish>;
  readonly audience: string;
  /** What of its debt anyone may read. */
  readonly open: readonly string[];
}

/** For every provider: a wish that works, and the audience that its own documentation gives. A new provider is a row. */
const wishes: Readonly<Record<string, Row>> = {
  broker: {
    wish: { roles: [{ role: 'deploy' }], brokerUrl: 'https://broker.example.com', params: {} },
    nothing: { roles: [] },
    audience: 'https://broker.example.com',
    open: ['https://broker.example.com'],
  },
  aws: {
    wish: { roles: [{ role: 'arn:aws:iam::123456789012:role/deploy' }], region: 'eu-west-1', params: {} },
    nothing: { roles: [] },
    audience: 'sts.amazonaws.com',
    open: [],
  },
  gcp: {
    wish: {
      roles: [{ role: 'deployer@my-project.iam.gserviceaccount.com' }],
      params: {
        'workload-identity-provider':
          'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo',
      },
    },
    nothing: { params: {} },
    audience:
      'https://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/github/providers/octo',
    open: [],
  },
  azure: {
    wish: {
      roles: [],
      params: {
        'tenant-id': 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        'client-id': '00001111-aaaa-2222-bbbb-3333cccc4444',
      },
    },
    nothing: { params: {} },
    audience: 'api://AzureADTokenExchange',
    open: [],
  },
  crates: {
    wish: { roles: [], params: { url: 'https://crates.example' } },
    nothing: { params: {} },
    audience: 'crates.example',
    open: ['https://crates.example'],
  },
  npm: {
    wish: { roles: [{ role: '@octo-org/site' }], params: { url: 'https://registry.example' } },
    nothing: { roles: [] },
    audience: 'npm:registry.example',
    open: [],
  },
  'octo-sts': {
    wish: {
      roles: [{ role: 'release' }],
      params: { url: 'https://octo-sts.example.com', scope: 'octo-org/octo-repo' },
    },
    nothing: { roles: [] },
    audience: 'octo-sts.example.com',
    open: ['https://api.github.com'],
  },
  pypi: {
    wish: { roles: [], params: { url: 'https://index.example' } },
    nothing: { params: {} },
    audience: 'pypi',
    open: [],
  },
  vault: {
    wish: {
      roles: [{ role: 'deploy' }],
      params: {
        url: 'https://vault.example.com:8200',
        namespace: 'team/',
        secrets: [{ path: 'kv/data/ci', fields: ['key'] }],
      },
    },
    nothing: { params: { url: 'https://vault.example.com:8200', token: false } },
    audience: 'https://vault.example.com:8200',
    open: ['https://vault.example.com:8200', 'team'],
  },
  sts: {
    wish: {
      roles: [],
      params: {
        'token-endpoint': 'https://sts.example.com/token',
        'revocation-endpoint': 'https://sts.example.com/revoke',
        'client-id': 'ci',
      },
    },
    nothing: { params: {} },
    audience: 'https://sts.example.com/token',
    open: ['https://sts.example.com/revoke', 'ci'],
  },
};

test('every provider of the registry stands here, and in the table of options', () => {
  const provider: Option | undefined = options.find(({ name }) => name === 'provider');
  expect(Object.keys(wishes).sort()).toEqual(Object.keys(providers).sort());
  expect([...(provider?.choices ?? [])].sort()).toEqual(Object.keys(providers).sort());
  expect(Object.keys(returns).sort()).toEqual(Object.keys(providers).sort());
});

test('a name that nobody knows is no provider', async () => {
  for (const name of ['gcp2', 'constructor', '__proto__', ''])
    for (const find of [findProvider, findReturn])
      expect(await failureOf(() => find(name))).toMatchObject({ code: 'input-invalid' });
});

describe.each(Object.entries(wishes))('the provider %s', (name, { wish, nothing, audience, open }) => {
  let provider: Provider;
  let world: ClientWorld;
  let answer: HttpAnswer | undefined;
  const now = new Date('2026-11-20T16:00:00Z');
  beforeAll(async () => {
    provider = await findProvider(name);
    world = clientWorld({ server: () => answer });
  });
  afterAll(() => {
    world[Symbol.dispose]();
  });

  const whole = (change: Partial<Wish> = {}): Wish => ({ ...wish, facts: {}, ...change });
  /** Trades an ID token of a real shape against what the server answers. */
  async function trade(
    given: HttpAnswer | undefined,
  ): Promise<{ error: unknown; token: string; secrets: string[] }> {
    answer = given;
    const opening = provider.configure(whole()).open(provider.configure(whole()).bindsKey);
    const token = await (await makeIssuer()).mint({ audience: opening.audience, at: now });
    const call = { host: world.host, deadline: startDeadline(world.clock, 30) };
    const error = await failureOf(() => opening.trade(decodeIdToken(token, opening.audience, now), call));
    return { error, token, secrets: opening.secrets.map((secret) => secret.reveal()) };
  }

  test('bears the name under which it is registered, and has a row in the reference', () => {
    expect(provider.name).toBe(name);
    expect(readFileSync('docs/reference/inputs.md', 'utf8')).toContain(`\`${name}\``);
  });

  test('has the audience that is documented, unless another is pinned', () => {
    expect(provider.configure(whole()).audience).toBe(audience);
    expect(provider.configure(whole({ audience: 'urn:mine' })).audience).toBe('urn:mine');
  });

  test('refuses a parameter that it does not know, names those that it knows, and sends nothing', async () => {
    const before = world.journal.length;
    const error = await failureOf(() =>
      provider.configure(whole({ params: { ...wish.params, 'hunter2-typo': 'hunter2' } })),
    );
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toMatch(/`params`.*it knows `/);
    expect(everythingIn(error)).not.toContain('hunter2');
    expect(world.journal).toHaveLength(before);
  });

  test('refuses to lend nothing', async () => {
    expect(await failureOf(() => provider.configure(whole(nothing)))).toMatchObject({
      code: 'input-invalid',
    });
  });

  test('configures and opens without a word to anyone', () => {
    const before = world.journal.length;
    for (const bound of [true, false]) provider.configure(whole()).open(bound);
    expect(world.journal).toHaveLength(before);
  });

  test('owes nothing secret that it does not name as such', () => {
    const { debt, secrets } = provider.configure(whole()).open(true);
    const hidden = secrets.map((secret) => secret.reveal());
    const others = Object.values(debt).filter((value) => !hidden.includes(value));
    expect(others.filter((value) => !open.includes(value))).toEqual([]);
  });

  test('where it binds a key, the audience is the pinned one and no other opening’s; else it is just that', () => {
    const exchange = provider.configure(whole());
    const [first, second] = [exchange.open(true), exchange.open(true)];
    expect(first.audience.startsWith(audience)).toBe(true);
    expect(first.audience !== second.audience).toBe(exchange.bindsKey);
    expect(exchange.open(false).audience).toBe(audience);
  });

  test.each<readonly [string, HttpAnswer]>([
    ['a refusal', jsonAnswer({ error: 'access_denied', error_description: hostileText }, 403)],
    [
      'a refusal in XML',
      {
        status: 403,
        headers: { 'content-type': 'text/xml' },
        body: Buffer.from(`<Error><Code>AccessDenied</Code><Message>${hostileText}</Message></Error>`),
      },
    ],
    ['a success that is empty', jsonAnswer({})],
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from(hostileText) }],
    ['nonsense', { status: 200, headers: {}, body: Buffer.from([0, 255, 1]) }],
    ['not found', jsonAnswer(hostileText, 404)],
    ['an overload', jsonAnswer(hostileText, 503)],
    ['a redirect', { status: 307, headers: { location: 'https://evil.example/' }, body: Buffer.from('') }],
  ])(
    'told %s, throws an error of ours that holds neither the token nor the server’s words',
    async (_, given) => {
      const { error, token, secrets } = await trade(given);
      expect(error).toMatchObject({ name: 'CredsError', hint: expect.stringMatching(/\w/) });
      const told = everythingIn(error);
      for (const secret of [token, ...token.split('.').slice(1), ...secrets])
        expect(told).not.toContain(secret);
      expect(told).not.toMatch(/add-path|evil|esrever/);
    },
  );

  test('told nothing at all, throws an error of ours that may be tried again', async () => {
    const { error, token } = await trade(undefined);
    expect(error).toMatchObject({ code: 'unreachable', retryAfterSeconds: 0 });
    expect(everythingIn(error)).not.toContain(token.split('.')[2]);
  });
});
