import type { Session } from './connections.ts';
import { ToldFailure } from './failure.ts';
import { oneAtATime } from './turns.ts';

/** A login role that is to be made. */
export interface NewLogin {
  readonly name: string;
  /** Of its password, see `scramVerifier`. */
  readonly verifier: string;
  readonly expiresAt: Date;
  /** How many connections it may have at a time. */
  readonly connections: number;
  /** Roles whose rights it gets. */
  readonly grants: readonly string[];
  /** Databases to which it must be able to connect. */
  readonly databases: readonly string[];
}

/**
 * Attributes are not inherited, but who is a member may take the role on (SET ROLE) and has them then: such a job could
 * make logins that no lease knows, or leave the database for the server's files.
 */
const attributes = ['rolsuper', 'rolcreaterole', 'rolcreatedb', 'rolreplication'];
const powers = [
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_signal_backend',
  'pg_create_subscription',
];

/**
 * Makes a login role in one transaction: all of it, or nothing. The COMMIT is only sent once everything before it was
 * answered, so whoever gave up before has made nothing.
 * @throws Error
 */
export async function createLogin(session: Session, login: NewLogin): Promise<void> {
  const [problem] = await session.ask(
    ['BEGIN', oneAtATime(session, login.name), ...statements(session, login), check(session, login)].join(
      ';\n',
    ),
  );
  if (problem !== undefined) throw new ToldFailure(String(problem['problem']));
  await session.ask('COMMIT');
}

function statements({ identifier, literal }: Session, login: NewLogin): string[] {
  const name = identifier(login.name);
  return [
    `CREATE ROLE ${name} LOGIN PASSWORD ${literal(login.verifier)} ` +
      `VALID UNTIL ${literal(login.expiresAt.toISOString())} CONNECTION LIMIT ${String(login.connections)} ` +
      'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT',
    ...login.grants.map((group) => `GRANT ${identifier(group)} TO ${name}`),
  ];
}

/** A row for each thing that stands against lending this. */
function check({ literal }: Session, { name, databases }: NewLogin): string {
  const list = (values: readonly string[]): string => values.map(literal).join(', ');
  return (
    `WITH RECURSIVE held (oid) AS (SELECT oid FROM pg_roles WHERE rolname = ${literal(name)} ` +
    'UNION SELECT roleid FROM pg_auth_members JOIN held ON member = held.oid) ' +
    "SELECT 'the role ' || rolname || ', which it would hold, may do more than a job should' AS problem " +
    `FROM pg_roles JOIN held USING (oid) WHERE ${attributes.join(' OR ')} OR rolname IN (${list(powers)}) ` +
    "UNION ALL SELECT 'none of its roles may connect to the database ' || wanted " +
    `FROM unnest(ARRAY[${list(databases)}]) AS wanted ` +
    `WHERE NOT has_database_privilege(${literal(name)}, wanted, 'CONNECT')`
  );
}
