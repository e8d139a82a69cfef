// A STAND-IN for OpenBao (its Go module cannot be had here: scripts/peers/UNAVAILABLE), over real HTTP, after its API's
// documentation and the source of its JWT method. It verifies signature, issuer, times, audience and bound claims as that
// does, in that order and with its texts; it has namespaces, policies, uses, batch tokens, both versions of KV, dynamic
// engines with leases that end with their login, and revoke-self.
import { randomBytes, randomUUID } from 'node:crypto';
import { createLocalJWKSet, errors, jwtVerify, type JWK, type JWTPayload } from 'jose';
import { startFaultyServer, type Behaviour, type FaultyServer } from './faulty-server.ts';

export interface VaultRole {
  readonly audiences: readonly string[];
  readonly claims: Readonly<Record<string, string>>;
  /** Paths that it may read and write. */
  readonly may: readonly string[];
  readonly ttlSeconds?: number;
  readonly uses?: number;
  readonly batch?: true;
  /** Without the policy `default`. */
  readonly bare?: true;
}

/** What a dynamic engine makes for one lease, and how that ends. */
interface Made {
  readonly data: Readonly<Record<string, unknown>>;
  readonly ttlSeconds: number;
  readonly revoke: () => Promise<void>;
}

export interface VaultOptions {
  readonly issuer: { readonly url: string; publicKey(): JWK };
  /** Where everything below lies; absent: in the root namespace. */
  readonly namespace?: string;
  readonly mount?: string;
  readonly roles: Readonly<Record<string, VaultRole>>;
  /** By path: `kv/data/ci` for version 2 at `kv`, `secret/ci` for version 1 at `secret`. */
  readonly stored?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly engines?: Readonly<Record<string, (data: Readonly<Record<string, unknown>>) => Promise<Made>>>;
  /** Answers instead, for so long as it does. */
  readonly fault?: (path: string) => { readonly status: number; readonly lost?: true } | undefined;
}

interface Login {
  readonly role: VaultRole;
  readonly expiresAt: number;
  uses: number;
  readonly leases: Map<string, () => Promise<void>>;
}

export interface Vault extends FaultyServer {
  /** Tokens that live. */
  readonly tokens: ReadonlyMap<string, Login>;
  /** Every token that there ever was. */
  readonly issued: readonly string[];
  /** Leases that live. */
  leases(): string[];
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const refuse = (status: number, ...texts: string[]): Reply => ({ status, body: { errors: texts } });

export async function startVault(options: VaultOptions): Promise<Vault> {
  const tokens = new Map<string, Login>();
  const issued: string[] = [];
  const behaviour: Behaviour = ({ request, response, socket }) => {
    const path = decodeURIComponent((request.path.split('?')[0] ?? '').replace(/^\/v1\//, ''));
    const fault = options.fault?.(path);
    void (async () => {
      const reply =
        fault !== undefined && fault.lost !== true
          ? refuse(fault.status, 'internal error: a text that quotes eyJhbGciOiJSUzI1NiJ9')
          : await answer(path, request, { options, tokens, issued });
      if (fault?.lost === true) {
        socket.destroy();
        return;
      }
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
    })();
  };
  const server = await startFaultyServer(behaviour);
  return {
    ...server,
    tokens,
    issued,
    leases: () => [...tokens.values()].flatMap(({ leases }) => [...leases.keys()]),
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Core {
  readonly options: VaultOptions;
  readonly tokens: Map<string, Login>;
  readonly issued: string[];
}

async function answer(path: string, request: Asked, core: Core): Promise<Reply> {
  const { options, tokens } = core;
  const { headers, method } = request;
  if (headers['x-vault-namespace'] !== options.namespace)
    return refuse(404, `no handler for route "${path}". route entry not found.`);
  const data = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>);
  if (path === `auth/${options.mount ?? 'jwt'}/login` && method === 'POST') return login(data, core);
  const token = String(headers['x-vault-token'] ?? '');
  const found = tokens.get(token);
  if (found === undefined || found.expiresAt <= Date.now())
    return refuse(403, 'permission denied', 'invalid token');
  if (found.uses > 0) found.uses--;
  const reply = await act(path, { method, data, target: request.path }, { found, token, core });
  if (found.uses === 0) await end(token, core);
  return reply;
}

interface Caller {
  readonly found: Login;
  readonly token: string;
  readonly core: Core;
}

async function act(
  path: string,
  {
    method,
    data,
    target,
  }: { readonly method: string; readonly data: Readonly<Record<string, unknown>>; readonly target: string },
  { found, token, core }: Caller,
): Promise<Reply> {
  if (path === 'auth/token/revoke-self' && method === 'POST') {
    if (found.role.bare) return refuse(403, '1 error occurred:\n\t* permission denied\n\n');
    if (found.role.batch) return refuse(400, 'batch tokens cannot be revoked');
    await end(token, core);
    return { status: 204 };
  }
  if (!found.role.may.includes(path)) return refuse(403, '1 error occurred:\n\t* permission denied\n\n');
  const engine = core.options.engines?.[path];
  if (engine !== undefined) return lend(path, await engine(data), found);
  if (method !== 'GET') return refuse(405, '1 error occurred:\n\t* unsupported operation\n\n');
  return stored(path, target, core);
}

/** In the order, and with the texts, of openbao's internal/builtin/credential/jwt and of cap/jwt below it. */
async function login({ role: name, jwt }: Readonly<Record<string, unknown>>, core: Core): Promise<Reply> {
  const { options, tokens, issued } = core;
  const role =
    typeof name === 'string' && Object.hasOwn(options.roles, name) ? options.roles[name] : undefined;
  if (role === undefined) return refuse(400, `role "${String(name)}" could not be found`);
  if (typeof jwt !== 'string' || jwt === '') return refuse(400, 'missing token');
  const claims = await verified(jwt, options);
  if (typeof claims === 'string') return refuse(400, `error validating token: ${claims}`);
  const aud = [claims.aud ?? []].flat();
  if (aud.length > 0 && role.audiences.length === 0)
    return refuse(400, 'audience claim found in JWT but no audiences bound to the role');
  if (!aud.some((each) => role.audiences.includes(each)))
    return refuse(
      400,
      'error validating token: invalid audience (aud) claim: audience claim does not match any expected audience',
    );
  for (const [claim, wanted] of Object.entries(role.claims)) {
    if (claims[claim] === undefined)
      return refuse(400, `error validating claims: claim "${claim}" is missing`);
    if (claims[claim] !== wanted)
      return refuse(
        400,
        `error validating claims: claim "${claim}" does not match any associated bound claim values`,
      );
  }
  const token = `${role.batch ? 'b' : 's'}.${randomBytes(18).toString('base64url')}`;
  const seconds = role.ttlSeconds ?? 900;
  const uses = role.uses ?? -1;
  tokens.set(token, { role, expiresAt: Date.now() + seconds * 1000, uses, leases: new Map() });
  issued.push(token);
  const auth = {
    client_token: token,
    accessor: randomBytes(18).toString('base64url'),
    policies: ['default', 'ci'],
    metadata: { role: name },
    lease_duration: seconds,
    renewable: !role.batch,
    entity_id: '0d5f1b1c-7a3e-4a51-9f0e-2f4f0f6f9b11',
    token_type: role.batch ? 'batch' : 'service',
    num_uses: role.uses ?? 0,
  };
  return { status: 200, body: { request_id: randomUUID(), lease_id: '', data: null, auth } };
}

async function verified(jwt: string, { issuer }: VaultOptions): Promise<JWTPayload | string> {
  try {
    const keys = createLocalJWKSet({ keys: [issuer.publicKey()] });
    return (await jwtVerify(jwt, keys, { issuer: issuer.url, clockTolerance: 150 })).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'invalid expiration time (exp) claim: token is expired';
    if (error instanceof errors.JWTClaimValidationFailed)
      return error.claim === 'iss' ? 'invalid issuer (iss) claim' : 'invalid not before (nbf) claim';
    return 'error verifying token signature: no known key successfully validated the token signature';
  }
}

function lend(path: string, { data, ttlSeconds, revoke }: Made, { leases }: Login): Reply {
  const lease_id = `${path}/${randomBytes(12).toString('base64url')}`;
  leases.set(lease_id, revoke);
  const body = {
    request_id: randomUUID(),
    lease_id,
    renewable: true,
    lease_duration: ttlSeconds,
    data,
    auth: null,
  };
  return { status: 200, body };
}

function stored(path: string, target: string, { options }: Core): Reply {
  const found = options.stored?.[path];
  const isVersioned = path.startsWith('kv/');
  const base = { request_id: randomUUID(), lease_id: '', renewable: false, auth: null };
  if (found === undefined) {
    const versioned = isVersioned && !path.startsWith('kv/data/');
    const text =
      'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.';
    return { status: 404, body: { errors: [], ...(versioned ? { warnings: [text] } : {}) } };
  }
  if (!isVersioned) return { status: 200, body: { ...base, lease_duration: 2_764_800, data: found } };
  const version = Number(new URL(target, 'http://localhost').searchParams.get('version') ?? '3');
  const metadata = {
    created_time: '2026-11-01T10:00:00Z',
    deletion_time: '',
    destroyed: false,
    version,
    custom_metadata: null,
  };
  return {
    status: 200,
    body: {
      ...base,
      lease_duration: 0,
      data: { data: { ...found, ...(version === 3 ? {} : { version: String(version) }) }, metadata },
    },
  };
}

/** A login ends, and everything that hangs on it. */
async function end(token: string, { tokens }: Core): Promise<void> {
  const found = tokens.get(token);
  tokens.delete(token);
  for (const revoke of found?.leases.values() ?? []) await revoke();
}
