import type { LeaseRecord, LeaseState } from '../domain/lease-record.ts';
import { speaksOfLeases, type LeaseSelector } from '../domain/lease-selector.ts';
import type { Origin } from '../domain/origin.ts';
import type { Row, Sql, Value } from './database.ts';
import { leaseColumns, places, toLease } from './lease-rows.ts';

/** One page of a list, the youngest lease first. */
export interface LeaseQuery {
  readonly selector: LeaseSelector;
  /** Only in one of these states. */
  readonly states: readonly LeaseState[];
  readonly limit: number;
  /** Only what stands behind this lease in the list. */
  readonly after: Pick<LeaseRecord, 'id' | 'createdAt'> | undefined;
}

/** A lease, and whose it is. */
export interface SelectedLease {
  readonly lease: LeaseRecord;
  readonly origin: Origin;
}

/** What a selector means at this moment. */
export interface Selection {
  /** Leases that may still serve: `intent` and `active`. */
  readonly leases: number;
  /** Running sessions; none are counted for a selector that speaks of leases. */
  readonly sessions: number;
  /** Requests that wait for an approval, or to be fetched. */
  readonly requests: number;
}

export const live = "state IN ('intent', 'active')";
/** Not over: few of all that are kept, and in the words of an index of their own. */
const held: readonly LeaseState[] = ['intent', 'active', 'revoking'];
const heldIds = "SELECT id FROM leases WHERE state IN ('intent', 'active', 'revoking')";
export const waiting = "state IN ('pending', 'approved')";

/** Leases of every session, also of those that are over, for as long as the store knows them. */
export async function selectLeases(sql: Sql, query: LeaseQuery): Promise<SelectedLease[]> {
  const { states, after, limit } = query;
  const where = leasesWhere(query.selector);
  where.add((place) => `state IN (${states.map(place).join(', ')})`);
  if (states.every((state) => held.includes(state))) where.add(() => `id IN (${heldIds})`);
  if (after !== undefined)
    where.add((place) => `(created_at, id) < (${place(after.createdAt.getTime())}, ${place(after.id)})`);
  const rows = await sql.run(
    `SELECT ${leaseColumns} FROM leases WHERE ${where.text()} ` +
      `ORDER BY created_at DESC, id DESC LIMIT ${where.place(limit)}`,
    ...where.values,
  );
  return withOrigins(sql, rows.map(toLease));
}

async function withOrigins(sql: Sql, leases: readonly LeaseRecord[]): Promise<SelectedLease[]> {
  const ids = [...new Set(leases.map(({ sessionId }) => sessionId))];
  const rows =
    ids.length === 0
      ? []
      : await sql.run(
          `SELECT id, repository, repository_id, actor, commit_sha FROM sessions WHERE id IN (${places(ids.length, 1)})`,
          ...ids,
        );
  const origins = new Map(rows.map((row) => [String(row['id']), toOrigin(row)]));
  return leases.map((lease) => ({ lease, origin: origins.get(lease.sessionId) ?? unknown }));
}

const unknown: Origin = { repository: '', repositoryId: '', actor: '', commit: '' };

function toOrigin(row: Row): Origin {
  return {
    repository: String(row['repository']),
    repositoryId: String(row['repository_id']),
    actor: String(row['actor']),
    commit: String(row['commit_sha']),
  };
}

/** What `endSelected` would end. */
export async function countSelected(sql: Sql, selector: LeaseSelector, now: Date): Promise<Selection> {
  const leases = leasesWhere(selector);
  const count = async (table: string, where: Where): Promise<number> => {
    const [row] = await sql.run(
      `SELECT COUNT(*) AS number FROM ${table} WHERE ${where.text()}`,
      ...where.values,
    );
    return Number(row?.['number']);
  };
  leases.add(() => live);
  const found = { leases: await count('leases', leases), sessions: 0, requests: 0 };
  if (speaksOfLeases(selector)) return found;
  return {
    ...found,
    sessions: await count('sessions', runningWhere(selector, now)),
    requests: await count('deferred', waitingWhere(selector)),
  };
}

/** Conditions that must all hold, with their parameters. */
interface Where {
  readonly values: Value[];
  /** Takes a parameter, and says where it stands. */
  place(value: Value): string;
  add(condition: (place: Where['place']) => string): void;
  text(): string;
}

/** @param outer of which these conditions are a part: then their parameters stand among its own */
function conditions(outer?: Where): Where {
  const parts: string[] = [];
  const values = outer?.values ?? [];
  const place = (value: Value): string => `$${String(values.push(value))}`;
  return {
    values,
    place,
    add: (condition) => void parts.push(condition(place)),
    text: () => (parts.length === 0 ? '1 = 1' : parts.join(' AND ')),
  };
}

const originColumns = {
  repository: 'repository',
  repositoryId: 'repository_id',
  actor: 'actor',
  commit: 'commit_sha',
} as const satisfies Record<keyof Origin, string>;

const originNames = ['repository', 'repositoryId', 'actor', 'commit'] as const;

/** On `sessions` and `deferred`. */
function addOrigin(where: Where, selector: LeaseSelector): void {
  for (const name of originNames) {
    const value = selector[name];
    if (value !== undefined) where.add((place) => `${originColumns[name]} = ${place(value)}`);
  }
}

function addIssuer(where: Where, { issuer }: LeaseSelector): void {
  if (issuer !== undefined) where.add((place) => `issuer = ${place(issuer)}`);
}

export function runningWhere(selector: LeaseSelector, now: Date): Where {
  const where = conditions();
  addOrigin(where, selector);
  addIssuer(where, selector);
  where.add((place) => `ended = 0 AND expires_at > ${place(now.getTime())}`);
  return where;
}

export function waitingWhere(selector: LeaseSelector): Where {
  const where = conditions();
  addOrigin(where, selector);
  addIssuer(where, selector);
  where.add(() => waiting);
  return where;
}

export function leasesWhere(selector: LeaseSelector): Where {
  const { leaseId, role, policy, since } = selector;
  const where = conditions();
  if (leaseId !== undefined) where.add((place) => `id = ${place(leaseId)}`);
  addIssuer(where, selector);
  if (role !== undefined) where.add((place) => `role = ${place(role)}`);
  if (policy !== undefined) where.add((place) => `policy_id = ${place(policy)}`);
  if (since !== undefined) where.add((place) => `created_at >= ${place(since.getTime())}`);
  if (originNames.every((name) => selector[name] === undefined)) return where;
  const ofSession = conditions(where);
  addOrigin(ofSession, selector);
  where.add(() => `session_id IN (SELECT id FROM sessions WHERE ${ofSession.text()})`);
  return where;
}
