// A FAKE: plays the API of GitHub for Apps: their JWT, installations, installation access tokens, and one thing to use a token for. For tests only.
import { generateKeyPairSync, randomBytes, verify, type KeyObject } from 'node:crypto';
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../src/domain/host.ts';
import type { Site } from './world.ts';

type Permissions = Record<string, string>;

export interface FakeInstallation {
  readonly id: number;
  readonly account: { readonly login: string; readonly id: number; readonly type: 'Organization' | 'User' };
  suspended: boolean;
  permissions: Permissions;
  readonly repositories: { readonly id: number; readonly name: string }[];
}

export interface FakeToken {
  readonly installation: FakeInstallation;
  readonly repositories: readonly string[];
  readonly permissions: Permissions;
  readonly expiresAt: Date;
  revoked: boolean;
}

/** What becomes of a request: `lose` its answer after its work is done, `silent` before, or this answer instead. */
type Fate = 'lose' | 'silent' | 'refused' | Partial<HttpAnswer> | undefined;

export interface FakeGithub extends Site {
  /** The App's private key as GitHub gives it out: PKCS #1 in PEM. */
  readonly key: string;
  readonly clientId: string;
  readonly appId: number;
  /** Of the App; an installation has what its owner accepted. */
  permissions: Permissions;
  installation: FakeInstallation;
  readonly tokens: Map<string, FakeToken>;
  /** `stateless`: those of 2026, some 500 characters with a JWT in them. */
  format: 'classic' | 'stateless';
  /** Its clock is so far ahead of the test's. */
  aheadSeconds: number;
  /** Not before so many seconds a new token is known everywhere. */
  lagSeconds: number;
  /** `GET /app 200`, for each request that was answered. */
  readonly answered: string[];
  /** To which addresses the broker would have gone, and whom it would trust. */
  readonly asked: HttpRequest[];
  fate: (request: HttpRequest) => Fate;
  /** Changes what a token's answer says. */
  tamper: (answer: Record<string, unknown>) => unknown;
  /** A new key for the App; the old ones are gone. */
  readonly replaceKey: () => string;
  /** Uses a token: 200, 401, 403 or 404 as GitHub answers who reads a file. */
  readonly read: (token: string, repository: string) => Promise<number>;
}

const ranks = ['none', 'read', 'write', 'admin'];
const reach = (permissions: Permissions, name: string): number => ranks.indexOf(permissions[name] ?? 'none');

interface Options {
  readonly api?: string;
  readonly now: () => Date;
}

/** One App, installed in octo-org (its number is the fake issuer's `repository_owner_id`) with two repositories. */
export function fakeGithub({ api = 'https://api.github.com', now }: Options): FakeGithub {
  let publicKey: KeyObject | undefined;
  const makeKey = (): string => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    publicKey = pair.publicKey;
    return pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  };
  const fake: FakeGithub = {
    url: api,
    key: makeKey(),
    clientId: 'Iv23liABCDEFGHIJKLMN',
    appId: 4711,
    permissions: { metadata: 'read', contents: 'write', issues: 'write', members: 'read' },
    installation: {
      id: 8001,
      account: { login: 'octo-org', id: 123456, type: 'Organization' },
      suspended: false,
      permissions: { metadata: 'read', contents: 'write', issues: 'read' },
      repositories: [
        { id: 456789, name: 'octo-repo' },
        { id: 456790, name: 'Other-Repo' },
        { id: 456791, name: 'shared-config' },
      ],
    },
    tokens: new Map(),
    format: 'classic',
    aheadSeconds: 0,
    lagSeconds: 0,
    answered: [],
    asked: [],
    fate: () => undefined,
    tamper: (answer) => answer,
    replaceKey: makeKey,
    read: async (token, repository) => (await fake.answer(reading(api, token, repository))).status,
    answer: async (request) => {
      await Promise.resolve();
      fake.asked.push(request);
      const fate = fake.fate(request);
      if (fate === 'refused') throw new TransportError('refused');
      if (fate === 'silent') throw new TransportError('timeout');
      const clock = new Date(now().getTime() + fake.aheadSeconds * 1000);
      const { status, body } =
        typeof fate === 'object' ? { status: 200, body: {} } : route(fake, request, { clock, publicKey });
      const answer = {
        status,
        headers: { date: clock.toUTCString(), 'content-type': 'application/json; charset=utf-8' },
        body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
        ...(typeof fate === 'object' ? fate : {}),
      };
      fake.answered.push(`${request.method} ${pathOf(fake, request)} ${String(answer.status)}`);
      if (fate === 'lose') throw new TransportError('reset');
      if (request.signal.aborted) throw new TransportError('aborted');
      return answer;
    },
  };
  return fake;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

interface Now {
  readonly clock: Date;
  readonly publicKey: KeyObject | undefined;
}

const said = (status: number, message: string): Reply => ({ status, body: { message } });

function pathOf({ url }: Pick<FakeGithub, 'url'>, request: HttpRequest): string {
  return request.url.href.slice(url.length);
}

function route(fake: FakeGithub, request: HttpRequest, now: Now): Reply {
  const path = pathOf(fake, request);
  const bearer = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  if (request.headers['user-agent'] === undefined)
    return said(403, 'Request forbidden by administrative rules.');
  if (bearer === undefined) return said(401, 'Requires authentication');
  if (request.method === 'DELETE' && path === '/installation/token') return dropToken(fake, bearer, now);
  const file = /^\/repos\/([^/]+)\/([^/]+)\/contents\/README$/.exec(path);
  if (file !== null) return readFile(fake, bearer, { owner: file[1] ?? '', name: file[2] ?? '', now });
  const wrong = jwtProblem(fake, bearer, now);
  if (wrong !== undefined) return said(401, wrong);
  return routeOfApp(fake, request, now);
}

function routeOfApp(fake: FakeGithub, request: HttpRequest, now: Now): Reply {
  const path = pathOf(fake, request);
  if (path === '/app')
    return {
      status: 200,
      body: { id: fake.appId, client_id: fake.clientId, slug: 'lender', permissions: fake.permissions },
    };
  const token = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(path);
  if (token !== null && request.method === 'POST') return makeToken(fake, Number(token[1]), { request, now });
  const { installation } = fake;
  return isAt(installation, path) ? { status: 200, body: shown(installation) } : said(404, 'Not Found');
}

function isAt({ id, account, repositories }: FakeInstallation, path: string): boolean {
  const place = path.toLowerCase();
  const kind = account.type === 'User' ? 'users' : 'orgs';
  const login = account.login.toLowerCase();
  return (
    place === `/app/installations/${String(id)}` ||
    place === `/${kind}/${login}/installation` ||
    repositories.some(({ name }) => place === `/repos/${login}/${name.toLowerCase()}/installation`)
  );
}

function shown({ id, account, permissions, suspended }: FakeInstallation): unknown {
  return { id, account, permissions, suspended_at: suspended ? '2026-01-01T00:00:00Z' : null };
}

/** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
function jwtProblem(
  { clientId, appId }: FakeGithub,
  jwt: string,
  { clock, publicKey }: Now,
): string | undefined {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const read = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const undecodable = 'A JSON web token could not be decoded';
  try {
    if (read(header)['alg'] !== 'RS256' || publicKey === undefined) return undecodable;
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) return undecodable;
    const { iat, exp, iss } = read(payload);
    const now = Math.floor(clock.getTime() / 1000);
    if (iss !== clientId && iss !== String(appId)) return 'Integration must generate a public key';
    if (typeof iat !== 'number' || iat > now)
      return '’Issued at’ claim (’iat’) must be an Integer representing the time that the assertion was issued';
    if (typeof exp !== 'number' || exp <= now)
      return '’Expiration time’ claim (’exp’) must be a numeric value representing the future time at which the assertion expires';
    return exp > now + 600 ? '’Expiration time’ claim (’exp’) is too far in the future' : undefined;
  } catch {
    return undecodable;
  }
}

interface TokenRequest {
  readonly request: HttpRequest;
  readonly now: Now;
}

/** As GitHub does: no list and an empty one mean all; what the installation has not is refused, never left out. */
function makeToken(fake: FakeGithub, id: number, { request, now }: TokenRequest): Reply {
  const { installation } = fake;
  if (installation.id !== id) return said(404, 'Not Found');
  if (installation.suspended) return said(403, 'This installation has been suspended');
  const asked = JSON.parse(request.body ?? '{}') as {
    repositories?: string[];
    repository_ids?: number[];
    permissions?: Permissions;
  };
  const names = asked.repositories ?? [];
  const ids = asked.repository_ids ?? [];
  const chosen = installation.repositories.filter(
    (each) => ids.includes(each.id) || names.some((name) => name.toLowerCase() === each.name.toLowerCase()),
  );
  if (chosen.length !== names.length + ids.length)
    return said(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  const permissions = Object.keys(asked.permissions ?? {}).length > 0 ? asked.permissions : undefined;
  const beyond = Object.keys(permissions ?? {}).some(
    (name) => reach(permissions ?? {}, name) > reach(installation.permissions, name),
  );
  if (beyond) return said(422, 'The permissions requested are not granted to this installation.');
  return issued(fake, { chosen, permissions, now });
}

interface Chosen {
  readonly chosen: FakeInstallation['repositories'];
  readonly permissions: Permissions | undefined;
  readonly now: Now;
}

function issued(fake: FakeGithub, { chosen, permissions, now }: Chosen): Reply {
  const { installation } = fake;
  const selected = chosen.length > 0;
  const token = tokenText(fake);
  const made: FakeToken = {
    installation,
    repositories: (selected ? chosen : installation.repositories).map(({ name }) => name),
    permissions: { ...(permissions ?? installation.permissions), metadata: 'read' },
    expiresAt: new Date(now.clock.getTime() + 3_600_000),
    revoked: false,
  };
  fake.tokens.set(token, made);
  const answer = {
    token,
    expires_at: made.expiresAt.toISOString().replace(/\.\d+Z$/, 'Z'),
    permissions: made.permissions,
    repository_selection: selected ? 'selected' : 'all',
    ...(selected && {
      repositories: chosen.map(({ id, name }) => ({
        id,
        name,
        full_name: `${installation.account.login}/${name}`,
      })),
    }),
  };
  return { status: 201, body: fake.tamper(answer) };
}

function tokenText({ format, appId }: FakeGithub): string {
  if (format === 'classic') return `ghs_${randomBytes(27).toString('base64url').replace(/[_-]/g, 'x')}`;
  const part = (octets: number): string => randomBytes(octets).toString('base64url');
  return `ghs_${String(appId)}_${part(60)}.${part(240)}.${part(64)}`;
}

function living({ tokens, lagSeconds }: FakeGithub, bearer: string, { clock }: Now): FakeToken | undefined {
  const token = tokens.get(bearer);
  if (token === undefined || token.revoked || token.expiresAt <= clock) return undefined;
  const ageSeconds = 3600 - (token.expiresAt.getTime() - clock.getTime()) / 1000;
  return ageSeconds < lagSeconds ? undefined : token;
}

function dropToken(fake: FakeGithub, bearer: string, now: Now): Reply {
  const token = living(fake, bearer, now);
  if (token === undefined) return said(401, 'Bad credentials');
  if (token.installation.suspended) return said(403, 'This installation has been suspended');
  token.revoked = true;
  return { status: 204 };
}

interface File {
  readonly owner: string;
  readonly name: string;
  readonly now: Now;
}

function readFile(fake: FakeGithub, bearer: string, { owner, name, now }: File): Reply {
  const token = living(fake, bearer, now);
  if (token === undefined) return said(401, 'Bad credentials');
  if (token.installation.suspended) return said(403, 'This installation has been suspended');
  const inside = token.installation.account.login === owner && token.repositories.includes(name);
  if (!inside) return said(404, 'Not Found');
  return reach(token.permissions, 'contents') > 0
    ? { status: 200, body: { name: 'README' } }
    : said(403, 'Resource not accessible by integration');
}

function reading(api: string, token: string, repository: string): HttpRequest {
  return {
    method: 'GET',
    url: new URL(`${api}/repos/${repository}/contents/README`),
    headers: { authorization: `Bearer ${token}`, 'user-agent': 'a-job' },
    maxBytes: 1024,
    signal: new AbortController().signal,
  };
}
