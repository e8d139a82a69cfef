import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CredsError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { named, text } from '../../domain/yaml-values.ts';
import { backendName } from '../domain/lease-record.ts';
import { readPostgresUrl, type PostgresAddress } from '../domain/postgres-url.ts';
import {
  BackendTrouble,
  ParameterError,
  type Engine,
  type EngineTools,
  type Issue,
  type PreparedRole,
} from './engine.ts';
import { mostConnections, openConnections, type Connections, type Place } from './postgres/connections.ts';
import { checkGrants } from './postgres/check-grants.ts';
import { createLogin } from './postgres/create-login.ts';
import { dropLogin } from './postgres/drop-login.ts';
import { ToldFailure } from './postgres/failure.ts';
import { scramVerifier } from './postgres/scram-verifier.ts';
import { reference } from '../domain/reference.ts';

/** Predefined roles that only read, write or watch. */
const predefined =
  'pg_read_all_data|pg_write_all_data|pg_monitor|pg_read_all_settings|pg_read_all_stats|pg_stat_scan_tables';
const group = named(
  new RegExp(`(?!pg_|ec_)[A-Za-z_][A-Za-z0-9_$-]{0,62}|${predefined}`),
  'write the name of a role that stands for a group of rights; of PostgreSQL’s own only those that read, write data or watch',
);
const database = named(/[^\u0000-\u001f\u007f]{1,63}/, 'write the name of a database');

const parameters = z
  .strictObject({
    url: reference,
    database: database.optional(),
    databases: z.array(database).min(1).max(20).optional(),
    grants: z.array(group).min(1).max(20),
    owner: group.optional(),
    connections: z.int().min(1).max(1000).optional(),
    host: text.optional(),
    port: z.int().min(1).max(65_535).optional(),
    ca: text.optional(),
  })
  .refine((role) => (role.database === undefined) !== (role.databases === undefined), {
    error: 'name `database`, or several `databases`',
  });

type Parameters = z.output<typeof parameters>;

const passwordBytes = 32;
const usualConnections = 10;

/**
 * A login role for each lease, named after it, with the rights of the roles under `grants`. Revoking ends its sessions,
 * too, and takes away what it owns.
 */
export const postgres: Engine<Parameters> = {
  name: 'postgres',
  promises: () => ({
    minTtlSeconds: 5,
    maxTtlSeconds: 86_400,
    revocability: 'immediate',
    revocation: 'NOLOGIN, its sessions are ended, what it owns is dropped or handed on, DROP ROLE',
  }),
  parameters,
  open: (tools) => {
    const connections = openConnections(tools.secret);
    return {
      prepare: (chosen) => prepareRole(chosen, tools, connections),
      revoke: (lease, signal) => {
        const { owner, ...place } = fromRecord(lease.revokeData);
        return dropLogin({ connections, place, signal }, { name: backendName(lease.id), owner });
      },
      // One is left for what is lent meanwhile.
      atOnce: mostConnections - 1,
      close: () => connections.close(),
    };
  },
};

function prepareRole(chosen: Parameters, tools: EngineTools, connections: Connections): PreparedRole {
  const address = addressOf(chosen, tools);
  if (address.host.startsWith('/') && chosen.host === undefined)
    throw new ParameterError(
      'host',
      'the URL names a socket of this machine: write the host that jobs connect to',
    );
  const place = { url: chosen.url, ca: chosen.ca === undefined ? undefined : `file:${chosen.ca}` };
  if (place.ca !== undefined) certificate(place.ca, tools);
  return {
    backend: toRecord(place, chosen.owner),
    lingers: true,
    list: (signal) =>
      connections.within(place, { doing: 'listing login roles', signal }, async (session) => {
        const rows = await session.ask(
          `SELECT rolname FROM pg_roles WHERE rolname ~ '^ec_lse_[0-9a-f]{24}(_[0-9]+)?$'`,
        );
        return rows.map(({ rolname }) => String(rolname));
      }),
    check: (signal) => checkRole(chosen, { connections, place, signal }),
    issue: issueOf(chosen, place, { address, tools, connections }),
  };
}

interface Asking {
  readonly connections: Connections;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** @throws BackendTrouble */
async function checkRole(chosen: Parameters, { connections, place, signal }: Asking): Promise<void> {
  const { grants, owner } = chosen;
  try {
    await connections.within(place, { doing: 'asking the server', signal }, (session) =>
      checkGrants(session, { grants, owner, databases: databasesOf(chosen) }),
    );
  } catch (error) {
    if (error instanceof ToldFailure || error instanceof ParameterError)
      throw new BackendTrouble(error.message, { cause: error });
    throw error;
  }
}

function databasesOf(chosen: Parameters): readonly string[] {
  return chosen.databases ?? [chosen.database ?? ''];
}

interface Parts {
  readonly address: PostgresAddress;
  readonly tools: EngineTools;
  readonly connections: Connections;
}

function issueOf(chosen: Parameters, place: Place, { address, tools, connections }: Parts): Issue {
  const databases = databasesOf(chosen);
  return async ({ backendName: name, role, expiresAt, signal }) => {
    const password = new Secret(randomBytes(passwordBytes).toString('base64url'));
    const verifier = await scramVerifier(password);
    await connections.within(place, { doing: 'creating the login role', signal }, (session) =>
      createLogin(session, {
        name,
        verifier,
        expiresAt,
        connections: chosen.connections ?? usualConnections,
        grants: chosen.grants,
        databases,
      }),
    );
    return {
      credentials: [
        {
          name: role,
          kind: 'postgres-login',
          expiresAt,
          fields: {
            host: chosen.host ?? address.host,
            port: String(chosen.port ?? address.port),
            database: databases[0] ?? '',
            username: name,
            password,
            ...(place.ca !== undefined && { caCertificate: certificate(place.ca, tools) }),
          },
        },
      ],
      credentialExpiresAt: expiresAt,
      revokeData: {},
    };
  };
}

function addressOf({ url }: Parameters, { secret }: EngineTools): PostgresAddress {
  try {
    return readPostgresUrl(
      located('url', () => secret(url)),
      url,
    );
  } catch (error) {
    if (!(error instanceof CredsError)) throw error;
    throw new ParameterError('url', `${error.message} ${error.hint}`);
  }
}

function certificate(reference: string, { secret }: EngineTools): string {
  return located('ca', () => secret(reference)).reveal();
}

/** The message names the key that the operator wrote. */
function located<T>(parameter: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ParameterError ? new ParameterError(parameter, error.message) : error;
  }
}

/** Where the login role is found again when role and settings are gone: nothing of the URL but where it is kept. */
function toRecord({ url, ca }: Place, owner: string | undefined): Readonly<Record<string, string>> {
  return { url, ...(ca !== undefined && { ca }), ...(owner !== undefined && { owner }) };
}

function fromRecord(data: Readonly<Record<string, string>>): Place & { readonly owner: string | undefined } {
  const { url, ca, owner } = data;
  if (url === undefined) throw new Error('the lease does not say where its login role is');
  return { url, ca, owner };
}
