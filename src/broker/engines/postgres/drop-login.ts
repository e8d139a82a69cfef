import { isObject } from '../../../protocol/json.ts';
import type { Connections, Place, Session } from './connections.ts';
import { oneAtATime } from './turns.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const lockNotAvailable = '55P03';

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

type Within = (database: string, work: (session: Session) => Promise<void>) => Promise<void>;

/**
 * Takes a login role away: it can log in no more, then its sessions end, then what it left half done and what it owns
 * goes in every database, and at last the role. Again, and for one that never was, it succeeds, too.
 * @throws Error when something of it may still be there
 */
export async function dropLogin({ connections, place, signal }: Parts, login: OldLogin): Promise<void> {
  await connections.within(place, { doing: 'dropping the login role', signal }, async (home) => {
    const found = await find(home, login.name);
    if (found === undefined) return;
    const within: Within = (database, work) =>
      database === found.home
        ? work(home)
        : connections.within(
            { ...place, database },
            { doing: 'taking away what the login role owns', signal },
            work,
          );
    await shutOut(home, { name: login.name, found, within, signal });
    await endSessions(home, found, signal);
    await rollBackAll(home, login.name, within);
    for (const database of await databasesOf(home, found))
      await within(database, (session) => disown(session, login));
    // Who was just logging in when it became impossible is seen now.
    await endSessions(home, found, signal);
    await home.ask(`DROP ROLE IF EXISTS ${home.identifier(login.name)}`);
  });
}

/** One that is just being made is waited for. @returns undefined when there is no such role */
async function find(session: Session, name: string): Promise<Found | undefined> {
  const look = `SELECT oid, current_database() AS home FROM pg_roles WHERE rolname = ${session.literal(name)}`;
  const there = (rows: Awaited<ReturnType<Session['ask']>>): Found | undefined =>
    rows[0] && { oid: String(rows[0]['oid']), home: String(rows[0]['home']) };
  const found = there(await session.ask(look));
  // Only where it is not there: this lock can be held by whoever may connect, the job as well.
  if (found !== undefined) return found;
  const made = there(await session.ask(`BEGIN; ${oneAtATime(session, name)}; ${look}`));
  await session.ask('COMMIT');
  return made;
}

interface Shutting {
  readonly name: string;
  readonly found: Found;
  readonly within: Within;
  readonly signal: AbortSignal;
}

/** How long a session that is about to end may still hold the row of its role. */
const rowMs = 500;

/**
 * From here on nobody logs in. A job may change its own password, and hold the row of its role with that for as long as
 * the transaction is open: so its sessions end first, and what it prepared
 * is rolled back where that is in the way. The broker becomes a member
 * of the role for it.
 */
async function shutOut(session: Session, { name, found, within, signal }: Shutting): Promise<void> {
  const role = session.identifier(name);
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usesysid = ${session.literal(found.oid)}`;
  await session.ask(`GRANT ${role} TO CURRENT_USER`);
  for (;;) {
    signal.throwIfAborted();
    try {
      await session.ask(
        `BEGIN; SET LOCAL lock_timeout = ${String(rowMs)}; ${end}; ` +
          `ALTER ROLE ${role} NOLOGIN PASSWORD NULL CONNECTION LIMIT 0; COMMIT`,
      );
      return;
    } catch (error) {
      if (!isObject(error) || error['code'] !== lockNotAvailable) throw error;
      await session.ask('ROLLBACK');
      await rollBackAll(session, name, within);
    }
  }
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
async function rollBackAll(session: Session, name: string, within: Within): Promise<void> {
  const rows = await session.ask(
    `SELECT gid, database FROM pg_prepared_xacts WHERE owner = ${session.literal(name)}`,
  );
  for (const { gid, database } of rows)
    await within(String(database), (there) => rollBackPrepared(there, name, String(gid)));
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
