import { isObject, member, parseStrictJson } from '../../protocol/json.ts';
import { logLines } from '../audit/log-lines.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import type { Issuer } from '../domain/issuer.ts';
import { compare, type Difference, type Side } from '../policy/compare.ts';
import { loadPolicies } from '../policy/load-policies.ts';
import { findPolicies } from './policy-place.ts';
import { octetsOf } from './verify-audit.ts';

/** Which policies are compared, by which decisions of the past. */
export interface PolicyDiffOrder {
  /** Absolute: folders, single policies, or broker.yaml. */
  readonly before: string;
  readonly after: string;
  /** broker.yaml for both; left out, the nearest one above each. */
  readonly config: string | undefined;
  /** Audit logs, whose decisions are taken again. */
  readonly logs: readonly [string, ...string[]];
}

export interface PolicyDiff {
  /** How many decisions were taken again, and how many of them would be others. */
  readonly decisions: number;
  readonly changed: number;
  /** Those of issuers that broker.yaml does not know any more. */
  readonly unknown: number;
  readonly changes: readonly PolicyChange[];
}

/** What would change, once for all requests that are alike in it. */
export interface PolicyChange extends Difference {
  readonly role: string;
  readonly issuer: string;
  /** The repository or project. */
  readonly of: string;
  readonly requests: number;
  /** Id of the last of them. */
  readonly lastRequest: string;
}

/**
 * Takes the decisions of an audit log again, with the policies as they were and as they are to be: by their claims, for
 * the role’s own lifetime. What the roles ask besides, limits and approvals are not judged.
 * @throws CredsError `input-invalid`
 */
export async function diffPolicies(order: PolicyDiffOrder, files: BrokerFiles): Promise<PolicyDiff> {
  const [before, after] = await Promise.all([
    loadSide(order.before, order.config, files),
    loadSide(order.after, order.config, files),
  ]);
  const changes = new Map<string, PolicyChange>();
  const count = { decisions: 0, changed: 0, unknown: 0 };
  for await (const { octets } of logLines(octetsOf(order.logs, files))) {
    const past = pastDecision(octets);
    if (past === undefined) continue;
    count.decisions += 1;
    const issuer = after.issuers.get(past.issuer);
    if (issuer === undefined) {
      count.unknown += 1;
      continue;
    }
    const difference = compare(before, after, { role: past.role, claims: { issuer, claims: past.claims } });
    if (difference === undefined) continue;
    count.changed += 1;
    addChange(changes, { ...past, of: String(member(past.claims, issuer.indexClaim)) }, difference);
  }
  return { ...count, changes: [...changes.values()] };
}

async function loadSide(
  path: string,
  config: string | undefined,
  files: BrokerFiles,
): Promise<Side & { readonly issuers: ReadonlyMap<string, Issuer> }> {
  const { texts, context } = await findPolicies([path], config, files);
  return { policies: loadPolicies(texts, context), roles: context.roles, issuers: context.issuers };
}

interface PastDecision {
  readonly requestId: string;
  readonly issuer: string;
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Undefined for lines that tell something else, and for what is no line of a log at all. */
function pastDecision(octets: Uint8Array): PastDecision | undefined {
  const line = parsed(octets);
  const metadata = objectIn(line, 'metadata');
  const detail = objectIn(line, 'unmapped');
  const claims = objectIn(detail, 'claims');
  const [issuer, role] = [textIn(detail, 'issuer'), textIn(detail, 'role')];
  if (textIn(metadata, 'event_code') !== 'decision') return undefined;
  if (claims === undefined || issuer === undefined || role === undefined) return undefined;
  return { requestId: textIn(metadata, 'correlation_uid') ?? '', issuer, role, claims };
}

function parsed(octets: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseStrictJson(octets);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Members = Readonly<Record<string, unknown>> | undefined;

function objectIn(value: Members, name: string): Members {
  const found = value && member(value, name);
  return isObject(found) ? found : undefined;
}

function textIn(value: Members, name: string): string | undefined {
  const found = value && member(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** Jobs of one repository that ask for one role and see the same change are told once. */
function addChange(
  changes: Map<string, PolicyChange>,
  { requestId, role, issuer, of }: PastDecision & { readonly of: string },
  difference: Difference,
): void {
  const key = JSON.stringify([issuer, of, role, difference]);
  const requests = (changes.get(key)?.requests ?? 0) + 1;
  changes.set(key, { role, issuer, of, ...difference, requests, lastRequest: requestId });
}
