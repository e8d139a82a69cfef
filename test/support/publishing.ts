// STAND-INS for an npm registry, a Python package index, a crate registry and Octo STS with GitHub behind it, over real
// HTTP, after their documentation and source. Each verifies signature, issuer, times and audience, knows one trusted
// publisher, takes an ID token once where the real one does, and answers with the real one's statuses and texts.
import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JWK, type JWTPayload } from 'jose';
import { startFaultyServer, type FaultyServer } from './faulty-server.ts';

export interface PublishingOptions {
  readonly issuer: { readonly url: string; publicKey(): JWK };
  /** Claims of the one publisher, or of the one trust policy. */
  readonly publisher: Readonly<Record<string, string>>;
}

export interface Publishing extends FaultyServer {
  /** Tokens that live, by their SHA-256: nobody keeps more. */
  readonly living: ReadonlySet<string>;
  readonly issued: readonly string[];
  /** Whether this token may still be used. */
  readonly takes: (token: string) => boolean;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly bearer: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly json: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** What one server does, with the means that all have. */
interface Desk {
  readonly verify: (jwt: unknown, audience: string) => Promise<JWTPayload | undefined>;
  readonly matches: (claims: JWTPayload) => string | undefined;
  /** False for an ID token that came before. */
  readonly first: (claims: JWTPayload) => boolean;
  readonly issue: (prefix: string) => string;
  readonly forget: (token: string) => boolean;
  readonly takes: (token: string) => boolean;
}

type Site = (asked: Asked, desk: Desk, host: string) => Promise<Reply>;

async function start(site: Site, { issuer, publisher }: PublishingOptions): Promise<Publishing> {
  const living = new Set<string>();
  const issued: string[] = [];
  const seen = new Set<unknown>();
  const hash = (token: string): string => createHash('sha256').update(token).digest('hex');
  const desk: Desk = {
    verify: async (jwt, audience) => {
      const keys = createLocalJWKSet({ keys: [issuer.publicKey()] });
      return jwtVerify(String(jwt), keys, { issuer: issuer.url, audience }).then(
        ({ payload }) => payload,
        () => undefined,
      );
    },
    matches: (claims) => Object.keys(publisher).find((claim) => claims[claim] !== publisher[claim]),
    first: ({ jti }) => {
      const before = seen.size;
      return seen.add(jti).size > before;
    },
    issue: (prefix) => {
      const token = `${prefix}${randomBytes(24).toString('base64url')}`;
      living.add(hash(token));
      issued.push(token);
      return token;
    },
    forget: (token) => living.delete(hash(token)),
    takes: (token) => living.has(hash(token)),
  };
  const server = await startFaultyServer(({ request, response }) => {
    const { method, headers, body } = request;
    const bearer = String(headers['authorization'] ?? '').replace(/^Bearer /, '');
    const host = String(headers['host']);
    const url = new URL(request.path, `http://${host}`);
    void (async () => {
      const json = parsed(body);
      const reply =
        json === undefined ? { status: 400 } : await site({ method, url, bearer, headers, json }, desk, host);
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
    })();
  });
  return { ...server, living, issued, takes: desk.takes };
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

/** npm's API documentation, OIDC: 201 with `expires`; 404 also for a package without a publisher. */
const npm: Site = async ({ method, url, bearer }, desk) => {
  const at = '/-/npm/v1/oidc/token/exchange/package/';
  if (method !== 'POST' || !url.pathname.startsWith(at)) return { status: 404, body: {} };
  const claims = await desk.verify(bearer, `npm:${url.hostname}`);
  if (claims === undefined)
    return { status: 401, body: { message: 'OIDC token exchange error - invalid token' } };
  if (
    decodeURIComponent(url.pathname.slice(at.length)) !== '@octo-org/site' ||
    desk.matches(claims) !== undefined
  )
    return { status: 404, body: { message: 'OIDC token exchange error - package not found' } };
  const created = new Date();
  const expires = new Date(created.getTime() + 3_600_000).toISOString();
  return {
    status: 201,
    body: { token_type: 'oidc', token: desk.issue('npm_'), created: created.toISOString(), expires },
  };
};

/** warehouse/oidc/views.py; each ID token once. */
const pypi: Site = async ({ method, url, json }, desk) => {
  if (method === 'GET' && url.pathname === '/_/oidc/audience')
    return { status: 200, body: { audience: 'pypi' } };
  if (method !== 'POST' || url.pathname !== '/_/oidc/mint-token') return { status: 404, body: {} };
  const refuse = (code: string, description: string): Reply => ({
    status: 422,
    body: { message: 'Token request failed', errors: [{ code, description }] },
  });
  if (typeof json['token'] !== 'string') return refuse('invalid-payload', 'token: field required');
  const claims = await desk.verify(json['token'], 'pypi');
  if (claims === undefined) return refuse('invalid-token', 'malformed or invalid token');
  if (desk.matches(claims) !== undefined)
    return refuse('invalid-publisher', 'valid token, but no corresponding publisher (::add-path::/tmp)');
  if (!desk.first(claims)) return refuse('invalid-reuse-token', 'invalid token: already used');
  const expires = Math.floor(Date.now() / 1000) + 900;
  return { status: 200, body: { success: true, token: desk.issue('pypi-'), expires } };
};

/** crates.io, controllers/trustpub/tokens; it answers nobody without a User-Agent. */
const crates: Site = async ({ method, url, json, bearer, headers }, desk, host) => {
  const refuse = (detail: string, status = 400): Reply => ({ status, body: { errors: [{ detail }] } });
  if ((headers['user-agent'] ?? '') === '')
    return refuse('We require that all requests include a `User-Agent` header.', 403);
  if (url.pathname !== '/api/v1/trusted_publishing/tokens') return refuse('Not Found', 404);
  if (method === 'DELETE') {
    if (!bearer.startsWith('cio_tp_')) return refuse('Invalid authorization header', 401);
    desk.forget(bearer);
    return { status: 204 };
  }
  const claims = await desk.verify(json['jwt'], host);
  if (claims === undefined) return refuse('Failed to decode JWT');
  if (!desk.first(claims)) return refuse('JWT has already been used');
  const mismatch = desk.matches(claims);
  if (mismatch === 'environment')
    return refuse(
      'The Trusted Publishing config for repository `octo-org/octo-repo` does not match the environment `x` in the JWT. Expected environments: `release`',
    );
  if (mismatch !== undefined) return refuse('No Trusted Publishing config found for repository `evil/repo`.');
  return { status: 200, body: { token: desk.issue('cio_tp_') } };
};

/** octo-sts/app behind its gateway, and GitHub's `DELETE /installation/token`; both by the same port here. */
const octoSts: Site = async ({ method, url, bearer, headers }, desk, host) => {
  if (url.pathname === '/installation/token') {
    if (method !== 'DELETE' || (headers['user-agent'] ?? '') === '')
      return { status: 403, body: { message: 'Forbidden' } };
    return desk.forget(bearer) ? { status: 204 } : { status: 401, body: { message: 'Bad credentials' } };
  }
  const refuse = (status: number, code: number, message: string): Reply => ({
    status,
    body: { code, message, details: [] },
  });
  if (method !== 'GET' || url.pathname !== '/sts/exchange') return refuse(404, 5, 'Not Found');
  const claims = await desk.verify(bearer, host);
  if (claims === undefined) return refuse(401, 16, 'unable to verify bearer token');
  if (
    url.searchParams.get('scope') !== 'octo-org/octo-repo' ||
    url.searchParams.get('identity') !== 'release'
  )
    return refuse(404, 5, 'unable to find trust policy found for "x"');
  if (desk.matches(claims) !== undefined) return refuse(403, 7, 'token does not match trust policy');
  return { status: 200, body: { token: desk.issue('ghs_') } };
};

export const startNpm = (options: PublishingOptions): Promise<Publishing> => start(npm, options);
export const startPypi = (options: PublishingOptions): Promise<Publishing> => start(pypi, options);
export const startCrates = (options: PublishingOptions): Promise<Publishing> => start(crates, options);
export const startOctoSts = (options: PublishingOptions): Promise<Publishing> => start(octoSts, options);
