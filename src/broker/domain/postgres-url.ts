import { CredsError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { fullMatch } from '../../domain/pattern.ts';

// https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
const modes = ['verify-full', 'verify-ca', 'require', 'disable'] as const;

/** How far the connection is to be trusted; `verify-full` where the URL says nothing. */
type TlsMode = (typeof modes)[number];

/** Where a database is, and as whom. */
export interface PostgresAddress {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Undefined: the server asks for none. */
  readonly password: string | undefined;
  readonly database: string;
  readonly tls: TlsMode;
}

/**
 * Reads `postgres://user:password@host:5432/database?sslmode=verify-full`. Unlike libpq, nothing is guessed from the
 * environment, and an `sslmode` that would fall back to no TLS is refused.
 * @param name by which messages call the URL
 * @throws CredsError `input-invalid`; the message holds nothing of the URL
 */
export function readPostgresUrl(value: Secret, name: string): PostgresAddress {
  const url = URL.parse(value.reveal());
  const refuse = (what: string): never => {
    throw new CredsError('input-invalid', `${name}: ${what}.`, {
      hint: 'Write postgres://USER:PASSWORD@HOST:5432/DATABASE, with every sign of USER and PASSWORD that is no letter or digit as %XX.',
    });
  };
  const severalHosts = 'one host only: after a failover its name or address has to lead to the new primary';
  // Of several, each with its port, it is not even a URL.
  if (/^postgres(ql)?:\/\/([^/?#]*@)?[^@/?#]*,[^@/?#]*([/?#]|$)/.test(value.reveal()))
    return refuse(severalHosts);
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol))
    return refuse('not a URL that begins with postgres://');
  const { host, sslmode, ...others } = parametersOf(url);
  if (Object.keys(others).length > 0) return refuse('only the parameters sslmode and host are known');
  if (new Set(url.searchParams.keys()).size < url.searchParams.size)
    return refuse('a parameter stands there twice');
  const tls = modes.find((mode) => mode === (sslmode ?? modes[0]));
  if (tls === undefined) return refuse(`sslmode must be one of ${modes.join(', ')}`);
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (user === undefined || password === undefined || database === undefined)
    return refuse('a % in user and password is %25');
  const where = host ?? url.hostname.replace(/^\[|\]$/g, '');
  if (where.includes(',')) return refuse(severalHosts);
  if ([user, where, database].includes('')) return refuse('user, host and database must be named');
  return {
    host: where,
    port: Number(url.port || 5432),
    user,
    password: password || undefined,
    database,
    tls,
  };
}

/** How `pg` reaches an address. @param ca PEM of the only authorities that are believed; undefined: the machine's */
export function connectionTo({ host, port, user, password, database, tls }: PostgresAddress, ca?: string) {
  const plain = host.startsWith('/') || tls === 'disable';
  return {
    host,
    port,
    user,
    database,
    // Left out, the client would look for one in PGPASSWORD and ~/.pgpass.
    password: password ?? (() => ''),
    ssl: plain ? (false as const) : tlsOptions(tls, ca),
  };
}

/** Whose certificate it must be, the client says itself, of a name and of an address. */
function tlsOptions(tls: TlsMode, ca: string | undefined) {
  return {
    ...(ca !== undefined && { ca }),
    rejectUnauthorized: tls !== 'require',
    ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }),
  };
}

function parametersOf(url: URL): { readonly host?: string; readonly sslmode?: string } {
  return Object.fromEntries(url.searchParams);
}

/** Undefined for what is not sound. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** What the operator should know of the connection; undefined where nothing is amiss. */
export function weaknessOf({ tls, host }: PostgresAddress): string | undefined {
  if (tls === 'verify-full' || host.startsWith('/') || isLoopback(host)) return undefined;
  const risks = {
    disable: 'whoever is on the way reads and changes what the broker remembers',
    require: 'whoever is on the way can pretend to be the database',
    'verify-ca': 'every server of that authority can pretend to be the database',
  };
  return `the connection to the store has sslmode=${tls}: ${risks[tls]}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || fullMatch(/127(\.\d{1,3}){3}/, host);
}
