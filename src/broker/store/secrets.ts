import type { SecretRecord } from '../domain/secret-record.ts';
import type { Sql } from './database.ts';
import { lockOfSecret } from './locks.ts';
import { envelopeColumns, secretColumns, toEnvelope, toReader, toSecret, toVersion } from './secret-rows.ts';
import type {
  Destroyed,
  NewVersion,
  Put,
  ReadVersion,
  RollBack,
  SealedVersion,
  SecretDetail,
  SecretRead,
  VersionName,
  WrappedVersion,
} from './secret-store.ts';

const mostShown = 50;
/** Of one page of data keys that are to be wrapped anew. */
const mostWrapped = 50;

/** See `SecretStore.put`. */
export async function putSecret(sql: Sql, made: NewVersion): Promise<Put> {
  const { name, version, envelope, by, now } = made;
  await sql.lock(lockOfSecret(name));
  const found = await findSecret(sql, name);
  const obstacle = obstacleTo(made, found);
  if (obstacle !== undefined) return obstacle;
  if (found !== undefined) await letFade(sql, { name, version: found.current }, made.graceUntil);
  await sql.run(
    `INSERT INTO secrets (${secretColumns}) VALUES ($1, $2, $2, 0, 0, 0, $3, $3, 0, 0, 0) ` +
      'ON CONFLICT (name) DO UPDATE SET current = $2, latest = $2, reads_since = 0, changed_at = $3, ' +
      'rotating_until = 0, rotation_failures = 0, rotate_at = 0, told_due = 0',
    name,
    version,
    now.getTime(),
  );
  await sql.run(
    `INSERT INTO secret_versions (name, version, ${envelopeColumns}, created_at, created_by, reads, grace_until, ` +
      'destroyed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0)',
    name,
    version,
    envelope.content,
    envelope.wrappedKey,
    envelope.keyId,
    now.getTime(),
    by,
  );
  return 'put';
}

/** What a program has just changed at the secret’s origin is not passed over by an operator, nor brought back after a deletion. */
function obstacleTo(
  { version, claimedUntil, now }: NewVersion,
  found: SecretRecord | undefined,
): Exclude<Put, 'put'> | undefined {
  const rotatingUntil = found?.rotatingUntil;
  if (claimedUntil === undefined) {
    if (rotatingUntil !== undefined && rotatingUntil > now) return 'rotating';
  } else if (rotatingUntil?.getTime() !== claimedUntil.getTime()) return 'changed';
  return (found?.latest ?? 0) === version - 1 ? undefined : 'changed';
}

async function findSecret(sql: Sql, name: string): Promise<SecretRecord | undefined> {
  const [row] = await sql.run(`SELECT ${secretColumns} FROM secrets WHERE name = $1`, name);
  return row && toSecret(row);
}

async function letFade(sql: Sql, { name, version }: VersionName, until: Date): Promise<void> {
  await sql.run(
    'UPDATE secret_versions SET grace_until = $3 WHERE name = $1 AND version = $2 AND destroyed_at = 0',
    name,
    version,
    until.getTime(),
  );
}

/** See `SecretStore.current`. */
export async function currentSecret(sql: Sql, name: string): Promise<SealedVersion | undefined> {
  const [row] = await sql.run(
    'SELECT secrets.latest, secret_versions.version, content, wrapped_key, key_id FROM secrets ' +
      'JOIN secret_versions ON secret_versions.name = secrets.name AND version = current ' +
      'WHERE secrets.name = $1 AND destroyed_at = 0',
    name,
  );
  if (row === undefined) return undefined;
  return { name, version: Number(row['version']), latest: Number(row['latest']), envelope: toEnvelope(row) };
}

/** Whoever reads holds the secret’s row, so that nobody destroys or replaces it in between. See `SecretStore.read`. */
export async function readSecret(
  sql: Sql,
  { name, reader, now, dueAfter }: SecretRead,
): Promise<ReadVersion | undefined> {
  const [counted] = await sql.run(
    'UPDATE secrets SET reads = reads + 1, reads_since = reads_since + 1, read_at = $2 ' +
      'WHERE name = $1 AND current > 0 RETURNING reads_since',
    name,
    now.getTime(),
  );
  const found = counted && (await currentSecret(sql, name));
  if (found === undefined) return undefined;
  await sql.run(
    'UPDATE secret_versions SET reads = reads + 1 WHERE name = $1 AND version = $2',
    name,
    found.version,
  );
  await sql.run(
    'INSERT INTO secret_readers (name, issuer, repository_id, repository, reads, read_at) VALUES ($1, $2, $3, $4, 1, $5) ' +
      'ON CONFLICT (name, issuer, repository_id) DO UPDATE SET reads = secret_readers.reads + 1, repository = $4, read_at = $5',
    name,
    reader.issuer,
    reader.repositoryId,
    reader.repository,
    now.getTime(),
  );
  const readsSince = Number(counted?.['reads_since']);
  const due = dueAfter !== undefined && readsSince >= dueAfter && (await tellDue(sql, name, dueAfter));
  return { ...found, readsSince, due };
}

/** @returns false when it was told already, also for a number that was lowered since */
async function tellDue(sql: Sql, name: string, dueAfter: number): Promise<boolean> {
  const rows = await sql.run(
    'UPDATE secrets SET told_due = $2 WHERE name = $1 AND told_due < $2 RETURNING name',
    name,
    dueAfter,
  );
  return rows.length > 0;
}

/** See `SecretStore.list`. */
export async function listSecrets(sql: Sql): Promise<SecretRecord[]> {
  return (await sql.run(`SELECT ${secretColumns} FROM secrets ORDER BY name`)).map(toSecret);
}

/** See `SecretStore.show`. */
export async function showSecret(sql: Sql, name: string): Promise<SecretDetail | undefined> {
  const record = await findSecret(sql, name);
  if (record === undefined) return undefined;
  const versions = await sql.run(
    'SELECT version, created_at, created_by, reads, key_id, grace_until, destroyed_at FROM secret_versions ' +
      'WHERE name = $1 ORDER BY version DESC LIMIT $2',
    name,
    mostShown,
  );
  const readers = await sql.run(
    'SELECT issuer, repository_id, repository, reads, read_at FROM secret_readers WHERE name = $1 ' +
      'ORDER BY reads DESC, issuer, repository_id LIMIT $2',
    name,
    mostShown,
  );
  return { record, versions: versions.map(toVersion), readers: readers.map(toReader) };
}

/** See `SecretStore.rollBack`. */
export async function rollBackSecret(
  sql: Sql,
  { name, version, graceUntil, now }: RollBack,
): Promise<boolean> {
  await sql.lock(lockOfSecret(name));
  const found = await findSecret(sql, name);
  const [there] = await sql.run(
    'UPDATE secret_versions SET grace_until = 0 WHERE name = $1 AND version = $2 AND destroyed_at = 0 ' +
      'AND (grace_until = 0 OR grace_until > $3) RETURNING version',
    name,
    version,
    now.getTime(),
  );
  if (found === undefined || there === undefined) return false;
  if (found.current !== version) await letFade(sql, { name, version: found.current }, graceUntil);
  await sql.run('UPDATE secrets SET current = $2 WHERE name = $1', name, version);
  return true;
}

const destroyed = "content = '', wrapped_key = '', key_id = '', grace_until = 0";

/** See `SecretStore.destroy`. */
export async function destroySecret(
  sql: Sql,
  { name, version, now }: Destroyed,
): Promise<readonly number[] | 'current'> {
  await sql.lock(lockOfSecret(name));
  const found = await findSecret(sql, name);
  if (found !== undefined && found.current === version) return 'current';
  if (version === undefined)
    await sql.run('UPDATE secrets SET current = 0, rotating_until = 0 WHERE name = $1', name);
  const rows = await sql.run(
    `UPDATE secret_versions SET ${destroyed}, destroyed_at = $2 WHERE name = $1 AND destroyed_at = 0 ` +
      'AND ($3 = 0 OR version = $3) RETURNING version',
    name,
    now.getTime(),
    version ?? 0,
  );
  if (rows.length > 0) sql.erase();
  return rows.map((row) => Number(row['version'])).toSorted((a, b) => a - b);
}

/** See `SecretStore.fade`. What is lent again meanwhile has no end any more. */
export async function fadeSecrets(sql: Sql, now: Date): Promise<VersionName[]> {
  const rows = await sql.run(
    `UPDATE secret_versions SET ${destroyed}, destroyed_at = $1 WHERE grace_until > 0 AND grace_until <= $1 ` +
      'AND destroyed_at = 0 RETURNING name, version',
    now.getTime(),
  );
  if (rows.length > 0) sql.erase();
  return rows.map(toName);
}

/** See `SecretStore.wrappedElsewhere`. */
export async function wrappedElsewhere(
  sql: Sql,
  keyId: string,
  after: VersionName | undefined,
): Promise<WrappedVersion[]> {
  const rows = await sql.run(
    `SELECT name, version, ${envelopeColumns} FROM secret_versions WHERE destroyed_at = 0 AND key_id <> $1 ` +
      'AND (name > $2 OR (name = $2 AND version > $3)) ORDER BY name, version LIMIT $4',
    keyId,
    after?.name ?? '',
    after?.version ?? 0,
    mostWrapped,
  );
  return rows.map((row) => ({ ...toName(row), envelope: toEnvelope(row) }));
}

function toName(row: Readonly<Record<string, unknown>>): VersionName {
  return { name: String(row['name']), version: Number(row['version']) };
}

/** See `SecretStore.rewrap`. */
export async function rewrapSecret(
  sql: Sql,
  { name, version }: VersionName,
  { from, to }: { readonly from: WrappedVersion['envelope']; readonly to: WrappedVersion['envelope'] },
): Promise<boolean> {
  const rows = await sql.run(
    'UPDATE secret_versions SET wrapped_key = $4, key_id = $5 WHERE name = $1 AND version = $2 AND wrapped_key = $3 ' +
      'AND destroyed_at = 0 RETURNING version',
    name,
    version,
    from.wrappedKey,
    to.wrappedKey,
    to.keyId,
  );
  return rows.length > 0;
}
