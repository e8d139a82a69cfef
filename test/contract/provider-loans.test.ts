// What each provider makes of answers that its server documents, over the registry: what it lends is what it has said that
// it would, and what only the token itself gives back is owed before it is judged.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../src/domain/deadline.ts';
import type { HttpAnswer, HttpRequest } from '../../src/domain/host.ts';
import type { Lease } from '../../src/domain/lease.ts';
import { decodeIdToken } from '../../src/id-tokens/decode.ts';
import type { Exchange, Lent, Opening, Provider, Wish } from '../../src/providers/provider.ts';
import { findProvider, providers } from '../../src/providers/registry.ts';
import { findReturn } from '../../src/providers/returns.ts';
import { clientWorld, jsonAnswer } from '../support/client/world.ts';
import { makeIssuer } from '../support/issuer.ts';
import { everythingIn } from '../support/scan.ts';

const now = new Date('2026-11-20T16:00:00Z');
const token = 'tok-Zm9vYmFyYmF6cXV4MTIzNDU2';
const issuer = makeIssuer();
const ended = { status: 204, headers: {}, body: new Uint8Array() };

interface Row {
  readonly wish: Omit<Wish, 'facts'>;
  /** What its server answers, request by request; of the last, to giving back. */
  readonly answers: (request: HttpRequest) => HttpAnswer;
  /** Where what it issues can be given back only by itself. */
  readonly owesToken?: true;
  readonly kinds: readonly string[];
}

const sessionXml = (role: string, session: string): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: Buffer.from(
    `<AssumeRoleWithWebIdentityResponse><Arn>arn:aws:sts::123456789012:assumed-role/${role}/${session}</Arn>` +
      `<AccessKeyId>ASIAEXAMPLE000000001</AccessKeyId><SecretAccessKey>${token}</SecretAccessKey>` +
      `<SessionToken>${token}-session</SessionToken><Expiration>2026-11-20T16:15:00Z</Expiration></AssumeRoleWithWebIdentityResponse>`,
  ),
});

const rows: Readonly<Record<string, Row>> = {
  aws: {
    wish: {
      roles: [
        { role: 'arn:aws:iam::123456789012:role/deploy', prefix: 'A' },
        { role: 'arn:aws:iam::123456789012:role/read', prefix: 'B' },
      ],
      region: 'eu-west-1',
      params: {},
    },
    answers: ({ body = '' }) => {
      const form = new URLSearchParams(body);
      const role = form.get('RoleArn') ?? '';
      return sessionXml(role.slice(role.lastIndexOf('/') + 1), form.get('RoleSessionName') ?? '');
    },
    kinds: ['aws-session', 'aws-session'],
  },
  gcp: {
    wish: {
      roles: [{ role: 'deployer@my-project.iam.gserviceaccount.com' }],
      params: {
        'workload-identity-provider':
          'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo',
      },
    },
    answers: ({ url }) =>
      url.pathname.endsWith(':generateAccessToken')
        ? jsonAnswer({ accessToken: token, expireTime: '2026-11-20T16:15:00Z' })
        : jsonAnswer({
            access_token: token,
            token_type: 'Bearer',
            expires_in: 3600,
            issued_token_type: issuedType,
          }),
    kinds: ['gcp-token'],
  },
  azure: {
    wish: {
      roles: [{ role: 'https://vault.azure.net/.default' }],
      params: {
        'tenant-id': 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
        'client-id': '00001111-aaaa-2222-bbbb-3333cccc4444',
      },
    },
    answers: () => jsonAnswer({ access_token: token, token_type: 'Bearer', expires_in: 3599 }),
    kinds: ['azure-token'],
  },
  crates: {
    wish: { roles: [], params: { url: 'https://crates.example' } },
    answers: () => jsonAnswer({ token }),
    owesToken: true,
    kinds: ['bearer-token'],
  },
  npm: {
    wish: { roles: [{ role: '@octo-org/site' }], params: { url: 'https://registry.example' } },
    answers: () => ({ ...jsonAnswer({ token, expires: '2026-11-20T17:00:00Z' }), status: 201 }),
    kinds: ['bearer-token'],
  },
  'octo-sts': {
    wish: {
      roles: [{ role: 'release' }],
      params: { url: 'https://octo-sts.example.com', scope: 'octo-org/octo-repo' },
    },
    answers: () => jsonAnswer({ token }),
    owesToken: true,
    kinds: ['github-token'],
  },
  pypi: {
    wish: { roles: [], params: { url: 'https://index.example' } },
    answers: () => jsonAnswer({ token, expires: 1_795_191_300 }),
    kinds: ['registry-login'],
  },
  vault: {
    wish: {
      roles: [{ role: 'deploy' }],
      params: {
        url: 'https://vault.example.com:8200',
        token: true,
        secrets: [
          { path: 'kv/data/ci', fields: ['key'], prefix: 'KV' },
          { path: 'database/creds/app', as: 'basic-login' },
        ],
      },
    },
    answers: ({ url }) => {
      if (url.pathname.endsWith('/login'))
        return jsonAnswer({ auth: { client_token: token, lease_duration: 900, token_type: 'service' } });
      if (url.pathname.includes('/kv/'))
        return jsonAnswer({ data: { data: { key: `${token}-kv` }, metadata: { version: 1 } } });
      return jsonAnswer({
        lease_id: 'database/creds/app/x',
        lease_duration: 600,
        data: { username: 'v-app', password: `${token}-db` },
      });
    },
    owesToken: true,
    kinds: ['vault-token', 'fields', 'basic-login'],
  },
  sts: {
    wish: {
      roles: [{ role: 'deploy' }],
      params: {
        'token-endpoint': 'https://sts.example.com/token',
        'revocation-endpoint': 'https://sts.example.com/revoke',
      },
    },
    answers: () =>
      jsonAnswer({
        access_token: token,
        token_type: 'Bearer',
        expires_in: 600,
        issued_token_type: issuedType,
      }),
    owesToken: true,
    kinds: ['bearer-token'],
  },
};
const issuedType = 'urn:ietf:params:oauth:token-type:access_token';

test('every provider of the registry stands here, but the broker, whose answers are encrypted', () => {
  expect(['broker', ...Object.keys(rows)].sort()).toEqual(Object.keys(providers).sort());
});

interface Told {
  readonly exchange: Exchange;
  readonly opening: Opening;
  readonly sent: HttpRequest[];
  /** What the ledger was told, and how many requests had been sent by then. */
  readonly noted: { readonly kept: Opening['kept']; readonly after: number }[];
  readonly lent?: Lent;
  readonly error?: unknown;
}

describe.each(Object.entries(rows))('the provider %s', (name, { wish, answers, owesToken, kinds }) => {
  let provider: Provider;
  beforeAll(async () => {
    provider = await findProvider(name);
  });

  async function trade(answer = answers): Promise<Told> {
    const sent: HttpRequest[] = [];
    using world = clientWorld({
      server: (request) => {
        sent.push(request);
        return answer(request);
      },
    });
    const exchange = provider.configure({ ...wish, facts: {} });
    const opening = exchange.open(false);
    const idToken = await (await issuer).mint({ audience: opening.audience, at: now });
    const noted: Told['noted'] = [];
    const call = {
      host: { ...world.host, clock: { ...world.clock, now: () => now } },
      deadline: startDeadline(world.clock, 60),
      onOwed: () => {
        noted.push({ kept: opening.kept, after: sent.length });
      },
    };
    const told = { exchange, opening, sent, noted };
    try {
      const lent = await opening.trade(decodeIdToken(idToken, opening.audience, now), call);
      return { ...told, lent };
    } catch (error) {
      return { ...told, error };
    }
  }

  test('lends what it said that it would', async () => {
    const { exchange, lent, error } = await trade();
    expect(error).toBeUndefined();
    const leases = lent?.leases ?? [];
    expect(leases.flatMap(({ credentials }) => credentials.map(({ kind }) => kind))).toEqual(kinds);
    expect(leases.map(requested)).toEqual(exchange.lends.map(requested));
    leases.forEach(({ credentials }, index) => {
      const said = exchange.lends[index]?.credentials;
      expect(credentials.map((each) => [each.name, each.kind])).toEqual(
        said?.map((each) => [each.name, each.kind]),
      );
      credentials.forEach(({ fields }, at) => {
        const expected = said?.[at]?.fields;
        if (expected !== undefined) expect(Object.keys(fields).sort()).toEqual([...expected].sort());
      });
    });
  });

  test('a token that nothing else gives back is told to the ledger with the answer that brought it', async () => {
    const { noted, opening } = await trade();
    expect(noted).toEqual(owesToken === undefined ? [] : [{ kept: { token }, after: 1 }]);
    expect(opening.kept).toEqual(owesToken === undefined ? undefined : { token });
  });

  test('asks nobody but its server, and takes at most a mebibyte', async () => {
    const { sent, exchange } = await trade();
    const hosts = new Set(sent.map(({ url }) => url.host));
    expect(hosts.has(exchange.endpoint.host)).toBe(true);
    for (const request of sent) {
      expect(request.url.protocol).toBe('https:');
      expect(request.url.href).not.toContain('eyJ');
      expect(request.maxBytes).toBeLessThanOrEqual(1024 * 1024);
    }
  });

  const lies: readonly (readonly [string, (answer: HttpAnswer) => HttpAnswer])[] = [
    ['HTML', (answer) => ({ ...answer, headers: { 'content-type': 'text/html' } })],
    ['half of it', (answer) => ({ ...answer, body: answer.body.slice(0, answer.body.length / 2) })],
    ['a member twice', (answer) => ({ ...answer, body: doubled(answer) })],
    ['a byte order mark', (answer) => ({ ...answer, body: Buffer.concat([bom, answer.body]) })],
    ['no content', () => ended],
    [
      'a redirect after it',
      (answer) => ({ ...answer, status: 302, headers: { location: 'https://evil.example' } }),
    ],
    ['a status of success that is not documented', (answer) => ({ ...answer, status: 206 })],
  ];

  test.each(lies)(
    'a success with %s lends nothing that it could not read, and says so',
    async (what, lie) => {
      for (let at = 1; at <= kinds.length; at++) {
        let count = 0;
        const { error, lent } = await trade((request) =>
          ++count === at ? lie(answers(request)) : answers(request),
        );
        if (name === 'aws' && anyXml.includes(what)) continue;
        expect(lent).toBeUndefined();
        expect(error).toMatchObject({ name: 'CredsError', hint: expect.stringMatching(/\w/) });
        expect(everythingIn(error)).not.toContain(token);
      }
    },
  );
});

/** XML is told by what is in it, and may begin with a mark. */
const anyXml = ['HTML', 'a byte order mark'];
const html = { 'content-type': 'text/html; charset=utf-8' };
const said = (status: number, body: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
});

describe.each(Object.entries(rows).filter(([, { owesToken }]) => owesToken))(
  'giving back to %s',
  (name, { wish }) => {
    /** Gives back the one token that was lent. */
    async function giveBack(
      answer: HttpAnswer | undefined,
    ): Promise<{ error?: unknown; sent: HttpRequest[] }> {
      const sent: HttpRequest[] = [];
      using world = clientWorld({
        server: (request) => {
          sent.push(request);
          return answer;
        },
      });
      const provider = await findProvider(name);
      const { debt } = provider.configure({ ...wish, facts: {} }).open(false);
      const call = { host: world.host, deadline: startDeadline(world.clock, 20) };
      try {
        const way = await findReturn(name);
        expect(await way?.giveBack({ ...debt, token }, [`${name}_1`], { call, audience: '' })).toEqual([]);
        return { sent };
      } catch (error) {
        return { error, sent };
      }
    }

    test.each<readonly [string, HttpAnswer]>([
      ['204', ended],
      ['200 without content', said(200, '')],
      ['200 without content that is called HTML', said(200, '', html)],
    ])('%s: it is done', async (_, answer) => {
      const { error, sent } = await giveBack(answer);
      expect(error).toBeUndefined();
      expect(sent).toHaveLength(1);
      expect(sent[0]?.url.href).not.toContain(token);
    });

    test.each<readonly [string, HttpAnswer | undefined]>([
      ['a page for people', said(200, '<html>Sign in</html>', html)],
      ['a redirect', said(302, '', { location: 'https://evil.example/' })],
      ['a refusal in HTML', said(401, '<html>Sign in</html>', html)],
      ['a refusal', jsonAnswer({ error: 'access_denied' }, 403)],
      ['that there is no such place', said(404, '')],
      ['an overload', said(503, '')],
      ['nothing', undefined],
    ])('%s is no proof that it is over', async (_, answer) => {
      const { error, sent } = await giveBack(answer);
      expect(error).toMatchObject({ name: 'CredsError', hint: expect.stringMatching(/\w/) });
      expect(everythingIn(error)).not.toContain(token);
      expect(new Set(sent.map(({ url }) => url.host)).size).toBe(1);
      const isBusy = answer === undefined || answer.status === 503;
      expect(sent.length > 1).toBe(isBusy);
    });
  },
);

const requested = ({ role, prefix }: Pick<Lease, 'role' | 'prefix'>): unknown => ({ role, prefix });
const bom = Buffer.from('\uFEFF');

/** Two readers would read two things. */
function doubled({ body }: HttpAnswer): Buffer {
  const text = Buffer.from(body).toString();
  const [, first = ''] = /^\{("[^"]*":(?:"[^"]*"|\{.*\}|\d+))/.exec(text) ?? [];
  return Buffer.from(
    text.replace(/^\{/, `{${first},`).replace(/<SecretAccessKey>.*?<\/SecretAccessKey>/, '$&$&'),
  );
}
