import { BackendTrouble } from '../engine.ts';
import type { Session } from './connections.ts';

/** What a role of broker.yaml takes of a server. */
interface Taken {
  readonly grants: readonly string[];
  readonly databases: readonly string[];
  readonly owner: string | undefined;
}

/** From this version on CREATEROLE alone grants nothing: https://www.postgresql.org/docs/16/role-attributes.html */
const adminVersion = 160_000;

/** Before this one whoever may connect may make things in the schema public: docs/how-to/engines/postgres.md */
const oldestVersion = 150_000;

/**
 * Whether the broker's role could make, and later drop, a login with these rights. Changes nothing.
 * @throws BackendTrouble that names every statement that is missing
 */
export async function checkGrants(session: Session, taken: Taken): Promise<void> {
  const rows = await session.ask(problems(session, taken));
  if (rows.length === 0) return;
  throw new BackendTrouble(`PostgreSQL: ${rows.map(({ problem }) => String(problem)).join('; ')}`);
}

function problems({ literal }: Session, { grants, databases, owner }: Taken): string {
  const list = (values: readonly string[]): string => `ARRAY[${values.map(literal).join(', ')}]::text[]`;
  const owners = owner === undefined ? [] : [owner];
  return [
    "SELECT 'its version is ' || current_setting('server_version') || ', and 15 or later is needed' AS problem " +
      `WHERE current_setting('server_version_num')::int < ${String(oldestVersion)}`,
    "SELECT current_user || ' may not make roles: ALTER ROLE ' || quote_ident(current_user) || ' CREATEROLE' AS problem " +
      'FROM pg_roles WHERE rolname = current_user AND NOT (rolsuper OR rolcreaterole)',
    `SELECT 'there is no role ' || name FROM unnest(${list([...grants, ...owners])}) AS name ` +
      'WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)',
    `SELECT current_user || ' may not grant ' || rolname || ': GRANT ' || quote_ident(rolname) || ' TO ' || ` +
      `quote_ident(current_user) || ' WITH ADMIN OPTION' FROM pg_roles WHERE rolname = ANY (${list(grants)}) ` +
      `AND current_setting('server_version_num')::int >= ${String(adminVersion)} ` +
      "AND NOT pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION')",
    `SELECT current_user || ' cannot hand what a job made to ' || rolname || ': GRANT ' || quote_ident(rolname) || ` +
      `' TO ' || quote_ident(current_user) FROM pg_roles WHERE rolname = ANY (${list(owners)}) ` +
      "AND NOT pg_has_role(current_user, oid, 'MEMBER')",
    `SELECT 'there is no database ' || name FROM unnest(${list(databases)}) AS name ` +
      'WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)',
    `SELECT current_user || ' may not connect to ' || datname || ': GRANT CONNECT ON DATABASE ' || ` +
      `quote_ident(datname) || ' TO ' || quote_ident(current_user) FROM pg_database ` +
      `WHERE datname = ANY (${list(databases)}) AND NOT has_database_privilege(current_user, oid, 'CONNECT')`,
    `SELECT 'none of its grants may connect to ' || datname || ': GRANT CONNECT ON DATABASE ' || quote_ident(datname) ` +
      `|| ' TO ' || quote_ident(${literal(grants[0] ?? '')}) FROM pg_database d WHERE datname = ANY (${list(databases)}) ` +
      `AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ANY (${list(grants)}) ` +
      "AND has_database_privilege(pg_roles.oid, d.oid, 'CONNECT'))",
  ].join('\nUNION ALL ');
}
