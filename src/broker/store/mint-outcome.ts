import type { Row, Sql } from './database.ts';
import { readFreeze } from './freeze.ts';
import type { Abandoned, MintedLease } from './store.ts';

/** How much longer a lease lives that was replaced, so that what runs with it can change over. */
const changeOverMs = 60_000;

/** Makes minted leases active together, or queues them all for revocation; see `Store.activate`. */
export async function activate(
  sql: Sql,
  minted: readonly MintedLease[],
  now: Date,
): Promise<'active' | 'superseded' | 'frozen'> {
  if ((await readFreeze(sql)).frozen) {
    await keep(sql, minted);
    await queue(sql, idsOf(minted), now);
    return 'frozen';
  }
  let activated = 0;
  for (const lease of minted) {
    const row = await setActive(sql, lease, now);
    if (row?.['state'] === 'active' && (await takePlace(sql, row, now))) activated += 1;
  }
  if (activated === minted.length) return 'active';
  await queue(sql, idsOf(minted), now);
  return 'superseded';
}

function idsOf(minted: readonly MintedLease[]): string[] {
  return minted.map(({ id }) => id);
}

/** Heartbeats count from now on: a mint may take longer than the time between two of them. */
async function setActive(
  sql: Sql,
  { id, credentialExpiresAt, revokeData, sealedSecret = '' }: MintedLease,
  now: Date,
): Promise<Row | undefined> {
  const [row] = await sql.run(
    "UPDATE leases SET state = CASE state WHEN 'intent' THEN 'active' ELSE state END, " +
      'minting = 0, credential_expires_at = $2, revoke_data = $3, sealed = $5, ' +
      'ends_at = CASE WHEN heartbeat_seconds = 0 OR expires_at < $4 + heartbeat_seconds * 1000 THEN expires_at ' +
      'ELSE $4 + heartbeat_seconds * 1000 END ' +
      'WHERE id = $1 RETURNING id, session_id, request_id, replaces, state',
    id,
    credentialExpiresAt.getTime(),
    JSON.stringify(revokeData),
    now.getTime(),
    sealedSecret,
  );
  return row;
}

/** Of two renewals of one lease the first takes its place; a repetition of that one takes it over. */
async function takePlace(sql: Sql, lease: Row, now: Date): Promise<boolean> {
  const { replaces } = lease;
  if (typeof replaces !== 'string') return true;
  const taken = await sql.run(
    'UPDATE leases SET replaced_by = $1, ends_at = CASE WHEN ends_at < $2 THEN ends_at ELSE $2 END ' +
      'WHERE id = $3 AND (replaced_by IS NULL OR replaced_by IN ' +
      '(SELECT id FROM leases WHERE session_id = $4 AND request_id = $5)) RETURNING id',
    String(lease['id']),
    now.getTime() + changeOverMs,
    replaces,
    String(lease['session_id']),
    String(lease['request_id']),
  );
  return taken.length > 0;
}

/** A request failed; see `Store.abandon`. */
export async function abandon(
  sql: Sql,
  { toRevoke, unminted, minted = [] }: Abandoned,
  now: Date,
): Promise<void> {
  await keep(sql, minted);
  await queue(sql, toRevoke, now);
  for (const id of unminted)
    await sql.run(
      "UPDATE leases SET state = 'void', minting = 0 WHERE id = $1 AND (minting = 1 OR state = 'active')",
      id,
    );
}

/** What revoking will need of them, though they are never active. */
async function keep(sql: Sql, minted: NonNullable<Abandoned['minted']>): Promise<void> {
  for (const { id, revokeData, sealedSecret = '' } of minted)
    await sql.run(
      'UPDATE leases SET revoke_data = $2, sealed = $3 WHERE id = $1',
      id,
      JSON.stringify(revokeData),
      sealedSecret,
    );
}

/** Whatever their state, these must be revoked: something was or may have been minted under them. */
async function queue(sql: Sql, ids: readonly string[], now: Date): Promise<void> {
  for (const id of ids)
    await sql.run(
      "UPDATE leases SET state = 'revoking', minting = 0, next_at = $2 WHERE id = $1",
      id,
      now.getTime(),
    );
}
