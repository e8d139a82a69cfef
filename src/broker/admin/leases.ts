import { z } from 'zod';
import { fullMatch } from '../../domain/pattern.ts';
import { rolePattern } from '../../protocol/token-exchange.ts';
import type { Broker } from '../commands/broker.ts';
import { revokeSelected } from '../commands/revoke-selected.ts';
import { selectLeases, showLease } from '../commands/select-leases.ts';
import { leaseIdForm, leaseIdPattern, leaseStates, type LeaseState } from '../domain/lease-record.ts';
import type { LeaseSelector } from '../domain/lease-selector.ts';
import { folded } from '../domain/origin.ts';
import { Refusal } from '../domain/refusal.ts';
import type { LeaseQuery, SelectedLease } from '../store/select-leases.ts';
import { readAdminBody, readQuery, reason } from './admin-body.ts';
import type { AdminOrder } from './admin-endpoints.ts';

/** As long as headers, in which it may stand, can be about. */
const longestName = 8192;
/** No control characters: PostgreSQL has no text with a NUL, and would seem to be out of order. */
const name = z
  .string()
  .min(1)
  .max(longestName)
  .regex(/^\P{Cc}*$/u, 'text without control characters');
const leaseId = z.string().regex(new RegExp(`^${leaseIdPattern.source}$`), leaseIdForm);
const since = z.iso.datetime({ offset: true, error: 'a time such as 2026-11-20T12:00:00Z' });

const selectorKeys = {
  lease_id: leaseId.optional(),
  issuer: name.optional(),
  repository: name.optional(),
  repository_id: name.optional(),
  actor: name.optional(),
  commit: name.optional(),
  role: z
    .string()
    .regex(new RegExp(`^(?:${rolePattern.source})$`), 'a role’s name')
    .optional(),
  policy: name.optional(),
  since: since.optional(),
};

const selectorForm = z.strictObject(selectorKeys);

const cursor = new RegExp(`^(\\d{1,15})-(${leaseIdPattern.source})$`);

const queryForm = z.strictObject({
  ...selectorKeys,
  state: z.enum([...leaseStates, 'live', 'all']).optional(),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d{0,2}|1000)$/, '1 to 1000')
    .optional(),
  after: z.string().regex(cursor, 'the `next` of the page before').optional(),
});

const longestWaitSeconds = 30;

const revokeForm = z.strictObject({
  selector: selectorForm,
  all: z.literal(true).optional(),
  reason,
  dry_run: z.boolean().optional(),
  wait: z.number().min(0).max(longestWaitSeconds).optional(),
});

const defaultPage = 100;
const defaultWaitSeconds = 5;
const live: readonly LeaseState[] = ['intent', 'active', 'revoking'];

/** GET /admin/leases: one page, the youngest first. @throws Refusal */
export async function getLeases(broker: Broker, { act, query }: AdminOrder): Promise<object> {
  const { state = 'live', limit, after, ...wanted } = readQuery(query, queryForm);
  const order: LeaseQuery = {
    selector: toSelector(wanted, broker.leaseTime),
    states: state === 'live' ? live : state === 'all' ? leaseStates : [state],
    limit: limit === undefined ? defaultPage : Number(limit),
    after: readCursor(after),
  };
  const found = await selectLeases(broker, act, order);
  const last = found.length === order.limit ? found.at(-1) : undefined;
  const next = last && `${String(last.lease.createdAt.getTime())}-${last.lease.id}`;
  return { leases: found.map((each) => toWire(each, broker.leaseTime)), ...(next !== undefined && { next }) };
}

/** GET /admin/leases/{lease_id}. @throws Refusal */
export async function getLease(broker: Broker, { act, query, name: id }: AdminOrder): Promise<object> {
  readQuery(query, z.strictObject({}));
  if (!fullMatch(leaseIdPattern, id)) throw new Refusal('invalid_request', leaseIdForm);
  return toWire(await showLease(broker, act, id), broker.leaseTime);
}

/** POST /admin/leases/revoke. @throws Refusal */
export async function postRevoke(broker: Broker, order: AdminOrder): Promise<object> {
  const { selector, all, wait = defaultWaitSeconds, ...asked } = readAdminBody(order, revokeForm);
  const named = Object.keys(selector).length;
  if (named === 0 && all !== true)
    throw new Refusal('invalid_request', 'selector: name at least one member, or write "all": true');
  if (named > 0 && all === true)
    throw new Refusal('invalid_request', 'all: goes with an empty selector only');
  const dryRun = asked.dry_run === true;
  const found = await revokeSelected(broker, order.act, {
    selector: toSelector(selector, broker.leaseTime),
    reason: asked.reason,
    dryRun,
    waitMs: wait * 1000,
  });
  const { leases, sessions, requests, over, revoking, revokingUntil } = found;
  return {
    dry_run: dryRun,
    leases,
    sessions,
    requests,
    ...(!dryRun && { over, revoking }),
    ...(revokingUntil && { revoking_until: broker.leaseTime.toWall(revokingUntil).toISOString() }),
  };
}

type SelectorForm = z.output<typeof selectorForm>;

/** As the store has it: names in small letters, times by the clock of leases. */
function toSelector(form: SelectorForm, { fromWall }: Broker['leaseTime']): LeaseSelector {
  const { lease_id: id, repository_id: repositoryId, issuer, role, policy, since: from } = form;
  const { repository, actor, commit } = form;
  return {
    ...(id !== undefined && { leaseId: id }),
    ...(issuer !== undefined && { issuer }),
    ...(repository !== undefined && { repository: folded(repository) }),
    ...(repositoryId !== undefined && { repositoryId: folded(repositoryId) }),
    ...(actor !== undefined && { actor: folded(actor) }),
    ...(commit !== undefined && { commit: folded(commit) }),
    ...(role !== undefined && { role }),
    ...(policy !== undefined && { policy }),
    ...(from !== undefined && { since: fromWall(new Date(from)) }),
  };
}

function readCursor(text: string | undefined): LeaseQuery['after'] {
  const [, at, id] = cursor.exec(text ?? '') ?? [];
  return at === undefined || id === undefined ? undefined : { id, createdAt: new Date(Number(at)) };
}

/** Of a role that lends from several engines, those of all its parts. */
function secretVersions({ revokeData }: SelectedLease['lease']): string | undefined {
  const found = Object.entries(revokeData).flatMap(([key, value]) =>
    /^(?:\d+\.data\.)?secret_versions$/.test(key) ? [value] : [],
  );
  return found.length === 0 ? undefined : found.join(', ');
}

/** Times as everyone else calls them. */
function toWire({ lease, origin }: SelectedLease, { toWall }: Broker['leaseTime']): Record<string, unknown> {
  const versions = secretVersions(lease);
  return {
    lease_id: lease.id,
    session_id: lease.sessionId,
    issuer: lease.issuer,
    job: lease.job,
    repository: origin.repository,
    repository_id: origin.repositoryId,
    actor: origin.actor,
    commit: origin.commit,
    role: lease.role,
    engine: lease.engine,
    policy: { id: lease.policyId, version: lease.policyVersion },
    state: lease.state,
    revocability: lease.revocability,
    created_at: toWall(lease.createdAt).toISOString(),
    ends_at: toWall(lease.endsAt).toISOString(),
    expires_at: toWall(lease.expiresAt).toISOString(),
    credential_expires_at: toWall(lease.credentialExpiresAt).toISOString(),
    failed_attempts: lease.attempts,
    ...(versions !== undefined && { secret_versions: versions }),
  };
}
