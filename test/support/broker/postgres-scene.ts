/** A PostgreSQL with an application’s database, and a broker’s role in it that has no more rights than the how-to says. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Credential } from '../../../src/domain/credential.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Issued, OpenEngine, PreparedRole } from '../../../src/broker/engines/engine.ts';
import { postgres } from '../../../src/broker/engines/postgres.ts';
import { createAuthority } from '../certificates.ts';
import { startPostgres, type PostgresCluster } from '../postgres.ts';
import { engineTools, mintOf } from './engine-tools.ts';
import { freshLease, leaseRecord } from './leases.ts';

export interface PostgresScene extends AsyncDisposable {
  readonly cluster: PostgresCluster;
  /** PEM of the authority of the server's certificate. */
  readonly ca: string;
  /** The broker's own URL, over TLS or not, through a proxy or not. */
  readonly url: (options?: {
    readonly port?: number;
    readonly sslmode?: string;
    readonly database?: string;
  }) => string;
  /** Names of the login roles that are there. */
  readonly roles: () => Promise<string[]>;
}

/** What an administrator does once: docs/how-to/engines/postgres.md, in SQL. */
const administration = [
  'CREATE ROLE app_owner',
  'CREATE ROLE app_ro',
  'CREATE ROLE app_rw',
  'GRANT app_ro, app_rw TO broker WITH ADMIN OPTION',
  'GRANT app_owner TO broker',
];

const inDatabase = [
  'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
  'CREATE TABLE public.items (id BIGINT PRIMARY KEY, name TEXT)',
  "INSERT INTO public.items VALUES (1, 'one')",
  'GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_ro',
  'GRANT CREATE, USAGE ON SCHEMA public TO app_rw',
];

export async function startPostgresScene(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresScene> {
  const authority = createAuthority();
  const { key, cert } = authority.issue();
  const cluster = await startPostgres({
    settings: {
      ssl: 'on',
      ssl_cert_file: 'server.crt',
      ssl_key_file: 'server.key',
      max_prepared_transactions: '5',
      ...settings,
    },
    files: { 'server.crt': cert, 'server.key': key },
  });
  const password = randomBytes(16).toString('hex');
  await cluster.query(`CREATE ROLE broker LOGIN CREATEROLE PASSWORD '${password}'`);
  for (const statement of administration) await cluster.query(statement);
  for (const database of ['app', 'reports']) {
    await cluster.query(`CREATE DATABASE ${database} OWNER app_owner`);
    await cluster.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
    await cluster.query(`GRANT CONNECT ON DATABASE ${database} TO broker, app_ro, app_rw`);
    for (const statement of inDatabase) await cluster.query(statement, database);
  }
  return {
    cluster,
    ca: authority.cert,
    url: ({ port = cluster.port, sslmode = 'disable', database = 'app' } = {}) =>
      `postgres://broker:${password}@localhost:${String(port)}/${database}?sslmode=${sslmode}`,
    roles: async () =>
      (await cluster.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'ec\\_%' ORDER BY 1")).map(
        ({ rolname }) => String(rolname),
      ),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** The engine with one role made ready. */
export interface ReadyEngine extends AsyncDisposable {
  readonly engine: OpenEngine;
  readonly role: PreparedRole;
  /** @param id of the lease; by default a fresh one */
  issue(id?: string, changes?: { readonly expiresAt?: Date; readonly signal?: AbortSignal }): Promise<Issued>;
  revoke(id: string, signal?: AbortSignal): Promise<void>;
}

/** @param secrets by reference: `env:URL`, `file:ca.pem` */
export function readyEngine(
  secrets: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, unknown>> = {},
): ReadyEngine {
  const engine = postgres.open(engineTools(secrets));
  const standard = { url: 'env:URL', database: 'app', grants: ['app_ro'] };
  const role = engine.prepare(postgres.parameters.parse({ ...standard, ...parameters }));
  const never = new AbortController().signal;
  return {
    engine,
    role,
    issue: (id = freshLease(), { expiresAt = inMinutes(10), signal = never } = {}) =>
      role.issue(mintOf({ leaseId: id, role: 'app-ro', expiresAt, signal })),
    revoke: (id, signal = never) => engine.revoke(leaseRecord({ id, revokeData: role.backend }), signal),
    [Symbol.asyncDispose]: async () => {
      await engine.close?.();
    },
  };
}

export function inMinutes(minutes: number): Date {
  return new Date(Date.now() + minutes * 60_000);
}

/** The fields of a login, revealed. */
export function loginOf({ credentials }: Pick<Issued, 'credentials'>): Record<string, string> {
  const [credential] = credentials as readonly [Credential];
  return Object.fromEntries(
    Object.entries<Secret | string | undefined>(credential.fields).map(([name, value]) => [
      name,
      value instanceof Secret ? value.reveal() : (value ?? ''),
    ]),
  );
}

/** A session as a job has it. */
export async function logIn(
  issued: Pick<Issued, 'credentials'>,
  changes: { readonly database?: string; readonly ca?: string } = {},
): Promise<Client> {
  const { host, port, database, username, password } = loginOf(issued);
  const client = new Client({
    host: String(host),
    port: Number(port),
    database: changes.database ?? String(database),
    user: String(username),
    password: String(password),
    ssl: changes.ca === undefined ? false : { ca: changes.ca },
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
