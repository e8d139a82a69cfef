import type { Sql } from './database.ts';
import { lockOfSecret } from './locks.ts';
import { secretColumns, toSecret } from './secret-rows.ts';
import type { ClaimedRotation, RotationClaim, RotationEnd } from './secret-store.ts';
import { currentSecret } from './secrets.ts';

/** One broker of all that share the store takes it on; see `SecretStore.claimRotation`. */
export async function claimRotation(sql: Sql, claim: RotationClaim): Promise<ClaimedRotation | undefined> {
  const { name, afterReads, now, until } = claim;
  await sql.lock(lockOfSecret(name));
  const [row] = await sql.run(`SELECT ${secretColumns} FROM secrets WHERE name = $1`, name);
  if (row === undefined) return undefined;
  const { readsSince, rotatingUntil, rotateAt, rotationFailures: failures } = toSecret(row);
  const abandoned = rotatingUntil !== undefined;
  if (abandoned && rotatingUntil > now) return undefined;
  const byReads = afterReads !== undefined && readsSince >= afterReads && rotateAt <= now;
  if (!(abandoned || afterReads === 0 || byReads)) return undefined;
  const version = await currentSecret(sql, name);
  if (version === undefined) return undefined;
  await sql.run('UPDATE secrets SET rotating_until = $2 WHERE name = $1', name, until.getTime());
  return { version, abandoned, failures };
}

/** See `SecretStore.endRotation`. */
export async function endRotation(sql: Sql, name: string, { failed, nextAt }: RotationEnd): Promise<void> {
  await sql.run(
    'UPDATE secrets SET rotating_until = 0, rotate_at = $2, rotation_failures = rotation_failures + $3 WHERE name = $1',
    name,
    nextAt.getTime(),
    failed ? 1 : 0,
  );
}
