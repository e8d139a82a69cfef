import type { RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { IdentityPaths } from '../protocol/client-identity.ts';
import { onlyParams, refuseInput, refuseKey } from './input.ts';
import type { RequestHeaders } from './kept-headers.ts';
import { readText } from './param-values.ts';
import { readHeaders } from './request-headers.ts';
import type { Wish } from './provider.ts';
import { refuseForeign, urlParam } from './server-inputs.ts';
import { readIdentityPaths } from './vault-identity.ts';
import { vaultsOwn } from './vault-wire.ts';
import { readSecretWish, type SecretWish } from './vault-wish.ts';

/** What the inputs of `provider: vault` come to. */
export interface VaultPlan {
  /** Without a slash at the end. */
  readonly base: string;
  readonly namespace: string | undefined;
  /** Sent with every request besides, for what stands before the server. */
  readonly headers: RequestHeaders;
  /** Of a client certificate, where the server demands one. */
  readonly identity: IdentityPaths | undefined;
  /** Of the login, without `auth/`. */
  readonly mount: string;
  /** Of the auth method. */
  readonly role: RoleRequest;
  readonly audience: string;
  readonly secrets: readonly SecretWish[];
  /** Whether the job gets the login itself. */
  readonly lendsToken: boolean;
}

const known = [
  ...['url', 'mount', 'namespace', 'headers', 'client-certificate', 'client-key'],
  ...['secrets', 'token', 'allow-ip'],
];

/** Each is a request of its own, all at once. */
const mostSecrets = 20;

/** @throws CredsError `input-invalid`, naming the input */
export function readVaultPlan(wish: Wish): VaultPlan {
  refuseKey(wish);
  onlyParams(wish.params, known);
  refuseForeign(wish, 'vault', {
    'broker-url': 'set `url` in `params`',
    region: 'write it into `with` of the secret that has one',
    ttl: 'the role at the server decides (`token_ttl`), and `max-ttl` and `min-ttl` bound it',
  });
  const base = urlParam(wish, 'url', 'https://vault.example.com:8200');
  const secrets = readSecrets(wish);
  const token = wish.params['token'] ?? secrets.length === 0;
  if (typeof token !== 'boolean') throw refuseInput('params: token', 'must be `true` or `false`');
  if (!token && secrets.length === 0)
    throw refuseInput('params: token', 'is `false` and there are no `secrets`: nothing would be borrowed');
  return {
    base,
    namespace: readPath(wish, 'namespace'),
    headers: readHeaders(wish.params, vaultsOwn),
    identity: readIdentityPaths(wish.params, base),
    mount: readMount(wish),
    role: readRole(wish),
    audience: wish.audience ?? base,
    secrets,
    lendsToken: token,
  };
}

function readRole({ roles }: Wish): RoleRequest {
  const [role] = roles;
  if (role === undefined)
    throw refuseInput('role', 'is required: the role of the auth method to log in with');
  if (roles.length > 1)
    throw refuseInput(
      'role',
      'names several roles: a login has one; read several paths by `secrets` in `params`',
    );
  if (!fullMatch(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, role.role))
    throw refuseInput('role', 'has a name with characters that no role has');
  return role;
}

function readMount(wish: Wish): string {
  const mount = readPath(wish, 'mount') ?? 'jwt';
  if (mount.startsWith('auth/'))
    throw refuseInput('params: mount', 'is written without `auth/`, as in `mount: jwt`');
  return mount;
}

function readPath(wish: Wish, name: 'mount' | 'namespace'): string | undefined {
  const text = readText(wish.params, name);
  const path = text?.replace(/^\/|\/$/g, '');
  if (
    path !== undefined &&
    !fullMatch(/[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,15}/, path)
  )
    throw refuseInput(`params: ${name}`, 'must be a path of letters, digits, `.`, `_`, `-` and `/`');
  return path;
}

function readSecrets({ params: { secrets = [] } }: Wish): SecretWish[] {
  if (!Array.isArray(secrets))
    throw refuseInput('params: secrets', 'must be a list, as in `- path: kv/data/ci`');
  if (secrets.length > mostSecrets)
    throw refuseInput('params: secrets', `names more than ${String(mostSecrets)} paths`);
  const wishes = secrets.map((entry: unknown, index) => readSecretWish(entry, index + 1));
  const paths = wishes.map(({ path, query }) => path + query);
  if (new Set(paths).size < paths.length)
    throw refuseInput('params: secrets', 'names a path twice: name all its fields in one entry');
  return wishes;
}
