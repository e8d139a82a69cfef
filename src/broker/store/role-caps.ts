import type { Condition } from '../domain/condition.ts';
import { capConditions, type Cap, type RoleCaps, type RoleUse } from '../domain/role-access.ts';
import type { Sql } from './database.ts';
import type { OverCap, Refused } from './session-requests.ts';

/** One request for one role, as its caps see it. */
export interface CappedRequest {
  readonly role: string;
  readonly caps: RoleCaps;
  /** By what the request is known, so that its repetition is not held up by itself. */
  readonly sessionId: string;
  /** Empty for the request that opens the session. */
  readonly requestId: string;
  /** The lease whose place it takes: it asks for nothing more, so it counts neither as a request nor as one at a time. */
  readonly replaces: string | undefined;
  readonly now: Date;
}

/**
 * Refuses a request for which a role has nothing left. What is counted are the leases themselves, in the transaction
 * that writes the new one, so that of several requests at once no more pass than may.
 */
export async function checkCaps(sql: Sql, requests: readonly CappedRequest[]): Promise<Refused | undefined> {
  const [over] = await overCaps(sql, requests);
  return over && { kind: 'over-cap', revoked: [], over };
}

/** See `Store.overCaps`. */
export async function overCaps(sql: Sql, requests: readonly CappedRequest[]): Promise<OverCap[]> {
  const found: OverCap[] = [];
  for (const request of requests) {
    const conditions = await judge(sql, request);
    const unmet = conditions.filter(({ holds }) => !holds);
    if (unmet.length === 0) continue;
    const { role, caps } = request;
    const onlyRate = unmet.every(({ name }) => name === 'access.rate');
    const freeAt =
      onlyRate && caps.rate !== undefined ? await rateFreeAt(sql, request, caps.rate) : undefined;
    found.push({ role, conditions, freeAt });
  }
  return found;
}

async function judge(sql: Sql, request: CappedRequest): Promise<Condition[]> {
  const { caps, replaces } = request;
  const asked = replaces === undefined ? caps : { ...caps, rate: undefined };
  return capConditions(asked, await useOf(sql, request));
}

async function useOf(sql: Sql, request: CappedRequest): Promise<RoleUse> {
  const { rate, reads, maxActive } = request.caps;
  return {
    requests: rate === undefined ? 0 : await requestsOf(sql, request, rate),
    reads: reads === undefined ? 0 : await readsOf(sql, request, reads),
    active: maxActive === undefined ? 0 : await activeOf(sql, request),
  };
}

function since({ now }: CappedRequest, { perSeconds }: Cap): number {
  return now.getTime() - perSeconds * 1000;
}

/** Each request once, however often it was repeated. */
const othersOf =
  'FROM leases WHERE role = $1 AND created_at > $2 AND replaces IS NULL AND NOT (session_id = $3 AND request_id = $4)';

async function requestsOf(sql: Sql, request: CappedRequest, rate: Cap): Promise<number> {
  const { role, sessionId, requestId } = request;
  const [row] = await sql.run(
    `SELECT COUNT(*) AS number FROM (SELECT DISTINCT session_id, request_id ${othersOf}) AS requests`,
    role,
    since(request, rate),
    sessionId,
    requestId,
  );
  return Number(row?.['number']);
}

/** When as many requests are old enough as stand in the way of one more. */
async function rateFreeAt(sql: Sql, request: CappedRequest, rate: Cap): Promise<Date | undefined> {
  const { role, sessionId, requestId } = request;
  const [row] = await sql.run(
    `SELECT MAX(created_at) AS at ${othersOf} GROUP BY session_id, request_id ORDER BY at DESC LIMIT 1 OFFSET $5`,
    role,
    since(request, rate),
    sessionId,
    requestId,
    rate.most - 1,
  );
  return row && new Date(Number(row['at']) + rate.perSeconds * 1000);
}

/** What was never minted was read by nobody. */
async function readsOf(sql: Sql, request: CappedRequest, reads: Cap): Promise<number> {
  const [row] = await sql.run(
    "SELECT COUNT(*) AS number FROM leases WHERE role = $1 AND created_at > $2 AND state <> 'void'",
    request.role,
    since(request, reads),
  );
  return Number(row?.['number']);
}

/**
 * Leases whose credential may still serve, also those that were given back and are not yet known to be dead. Not
 * counted: what a repetition takes back (of the request that opened the session: all that the session has), the lease
 * whose place this one takes, and in the minute in which a lease is replaced one of the two.
 */
async function activeOf(
  sql: Sql,
  { role, sessionId, requestId, replaces, now }: CappedRequest,
): Promise<number> {
  const [row] = await sql.run(
    'SELECT COUNT(*) AS number FROM leases WHERE role = $1 ' +
      "AND state IN ('intent', 'active', 'revoking') AND credential_expires_at > $2 " +
      "AND NOT (session_id = $3 AND ($4 = '' OR request_id = $4)) AND id <> $5 " +
      "AND NOT (state = 'active' AND replaced_by IS NOT NULL) AND NOT (state = 'intent' AND COALESCE(replaces, '') IN " +
      "(SELECT id FROM leases WHERE role = $1 AND state = 'active' AND replaced_by IS NULL))",
    role,
    now.getTime(),
    sessionId,
    requestId,
    replaces ?? '',
  );
  return Number(row?.['number']);
}
