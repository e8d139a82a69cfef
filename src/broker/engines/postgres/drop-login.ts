import type { Connections, Place, Session } from './connections.ts';
import { oneAtATime } from './turns.ts';

/** A login role that is to go. */
export interface OldLogin {
  readonly name: string;
  /** Who gets what it made; undefined: that goes with it. */
  readonly owner: string | undefined;
}

interface Parts {
  readonly connections: Connections;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** A role as the server knows it. */
interface Found {
  readonly oid: string;
  /** The database of the session. */
  readonly home: string;
}

/**
 * Takes a login role away: it can log in no more, then its sessions end, then what it left half done and what it owns
 * goes in every database, and at last the role. Again, and for one that never was, it succeeds, too.
 * @throws Error when something of it may still be there
 */
export async function dropLogin({ connections, place, signal }: Parts, login: OldLogin): Promise<void> {
  await connections.within(place, { doing: 'dropping the login role', signal }, async (home) => {
    const found = await shutOut(home, login.name);
    if (found === undefined) return;
    const in_ = (database: string, work: (session: Session) => Promise<void>): Promise<void> =>
      database === found.home
        ? work(home)
        : connections.within(
            { ...place, database },
            { doing: 'taking away what the login role owns', signal },
            work,
          );
    await endSessions(home, found, signal);
    for (const { gid, database } of await preparedBy(home, login.name))
      await in_(database, (session) => rollBackPrepared(session, login.name, gid));
    for (const database of await databasesOf(home, found))
      await in_(database, (session) => disown(session, login));
    // Who was just logging in when it became impossible is seen now.
    await endSessions(home, found, signal);
    await home.ask(
      `BEGIN; ${oneAtATime(home, login.name)}; DROP ROLE IF EXISTS ${home.identifier(login.name)}; COMMIT`,
    );
  });
}

/** From here on nobody logs in, and the broker may act in its name. @returns undefined when there is no such role */
async function shutOut(session: Session, name: string): Promise<Found | undefined> {
  const [row] = await session.ask(
    `BEGIN; ${oneAtATime(session, name)}; ` +
      `SELECT oid, current_database() AS home FROM pg_roles WHERE rolname = ${session.literal(name)}`,
  );
  if (row !== undefined) {
    const role = session.identifier(name);
    await session.ask(
      `ALTER ROLE ${role} NOLOGIN PASSWORD NULL CONNECTION LIMIT 0; GRANT ${role} TO CURRENT_USER`,
    );
  }
  await session.ask('COMMIT');
  return row === undefined ? undefined : { oid: String(row['oid']), home: String(row['home']) };
}

async function endSessions(session: Session, { oid }: Found, signal: AbortSignal): Promise<void> {
  let living: readonly unknown[];
  do {
    signal.throwIfAborted();
    living = await session.ask(
      `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE usesysid = ${session.literal(oid)}`,
    );
  } while (living.length > 0);
}

/** Transactions that wait for their second phase hold locks, also on the role, and outlive every session. */
async function preparedBy(session: Session, name: string): Promise<{ gid: string; database: string }[]> {
  const rows = await session.ask(
    `SELECT gid, database FROM pg_prepared_xacts WHERE owner = ${session.literal(name)}`,
  );
  return rows.map(({ gid, database }) => ({ gid: String(gid), database: String(database) }));
}

/** Only who prepared it may, or a superuser. ROLLBACK PREPARED stands alone: it takes part in no transaction. */
async function rollBackPrepared(session: Session, name: string, gid: string): Promise<void> {
  await session.ask(`SET ROLE ${session.identifier(name)}`);
  await session.ask(`ROLLBACK PREPARED ${session.literal(gid)}`);
  await session.ask('RESET ROLE');
}

/** Where something belongs to the role or is granted to it by name; what all databases share is seen from anywhere. */
async function databasesOf(session: Session, { oid }: Found): Promise<string[]> {
  const rows = await session.ask(
    'SELECT DISTINCT COALESCE(datname, current_database()) AS name FROM pg_shdepend ' +
      'LEFT JOIN pg_database ON pg_database.oid = dbid ' +
      `WHERE refclassid = 'pg_authid'::regclass AND refobjid = ${session.literal(oid)}`,
  );
  return rows.map(({ name }) => String(name));
}

async function disown(session: Session, { name, owner }: OldLogin): Promise<void> {
  const role = session.identifier(name);
  const reassign = owner === undefined ? '' : `REASSIGN OWNED BY ${role} TO ${session.identifier(owner)}; `;
  await session.ask(`${reassign}DROP OWNED BY ${role}`);
}
