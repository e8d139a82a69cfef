/** Thousands of leases at once, each of a session of its own, as though they had been lent one by one. */
import { backendName } from '../../../src/broker/domain/lease-record.ts';
import type { Database } from '../../../src/broker/store/database.ts';
import { freshLease } from './leases.ts';
import { octocat } from './openings.ts';

interface Many {
  readonly count: number;
  readonly engine: string;
  readonly role: string;
  readonly createdAt: Date;
  readonly endsAt: Date;
}

const chunk = 500;

/** Fills a store whose tables are there. @returns how the backend calls what was lent */
export async function lendMany(database: Database, many: Many): Promise<string[]> {
  const ids = Array.from({ length: many.count }, freshLease);
  for (let from = 0; from < ids.length; from += chunk) {
    const some = ids.slice(from, from + chunk);
    await database.transaction(async (sql) => {
      await sql.run(sessions(some, many));
      await sql.run(leases(some, many));
    });
  }
  return ids.map(backendName);
}

function sessions(ids: readonly string[], { createdAt, endsAt }: Many): string {
  const [created, ends] = [String(createdAt.getTime()), String(endsAt.getTime())];
  const rows = ids.map(
    (id) =>
      `('ses_${id}', 'https://issuer.example.com', 'job-${id}', 'jkt-${id}', 'handle-${id}', 'details', 'access-${id}', ` +
      `${ends}, '{"claims":{}}', 'token-${id}', ${ends}, 0, 0, ${created}, ${ends}, '${octocat.repository}')`,
  );
  return (
    'INSERT INTO sessions (id, issuer, job, jkt, handle_hash, details_hash, access_token_hash, access_expires_at, ' +
    'claims, token_key, token_expires_at, approved, ended, created_at, expires_at, repository) VALUES ' +
    rows.join(', ')
  );
}

function leases(ids: readonly string[], { engine, role, createdAt, endsAt }: Many): string {
  const [created, ends] = [String(createdAt.getTime()), String(endsAt.getTime())];
  const rows = ids.map(
    (id) =>
      `('${id}', 'ses_${id}', 'https://issuer.example.com', 'job-${id}', 'jkt-${id}', '${role}', '${engine}', 'active', ` +
      `'immediate', 'p', 'sha256:0', ${created}, ${ends}, ${ends}, 0, ${ends}, 0, '{}', 0, 0, '', '', 1, '${engine}')`,
  );
  return (
    'INSERT INTO leases (id, session_id, issuer, job, jkt, role, engine, state, revocability, policy_id, policy_version, ' +
    'created_at, expires_at, ends_at, heartbeat_seconds, credential_expires_at, minting, revoke_data, attempts, next_at, ' +
    `request_id, details_hash, lingers, backend) VALUES ${rows.join(', ')}`
  );
}
