import { sha256 } from '../domain/digest.ts';
import { newId } from '../domain/identifiers.ts';
import type { EventOf } from '../domain/passage.ts';
import { Refusal } from '../domain/refusal.ts';
import { withTimeLimit } from '../domain/time-limit.ts';
import { jobIdentity } from '../issuers/job-identity.ts';
import { findHook, type Hook } from '../job-events/hook.ts';
import type { Delivery, JobEnd, JobEvent, JobEvents } from '../job-events/job-event.ts';
import { jobEvents } from '../job-events/registry.ts';
import type { EventTaking, QueuedEvent } from '../store/job-event-store.ts';
import type { UsedOnce } from '../store/used-once.ts';
import type { Broker, Caller } from './broker.ts';
import { closedUntil } from './close-job.ts';
import { claimMs, closeTold } from './close-told-jobs.ts';
import { revokeNow } from './keep-leases.ts';

/** How long a delivery is remembered: GitHub repeats by hand for three days, GitLab by itself for one. */
const rememberedMs = 86_400_000;

/** How long the platform waits to be told that the job is closed; GitHub gives an answer ten seconds. */
const soonMs = 2000;

/**
 * What became of an event. `queued`: it is kept and will be done, whatever becomes of this broker; `ignored`: it says
 * nothing of a job that could have borrowed.
 */
export type EventTaken = 'closed' | 'queued' | 'repeated' | 'pong' | 'ignored';

/** What came to POST /webhooks/{platform}. */
export interface EventOrder {
  readonly caller: Caller;
  readonly platform: string;
  readonly delivery: Delivery;
}

/**
 * Takes a platform's word that a job has ended. Which hook it came by is known by its secret alone, and for whom that
 * may speak by broker.yaml. Whose the job is, its sessions say; where it has none, the policies that name its repository
 * or project, and without such a policy nothing is stored. What is taken is kept before it is answered, and done at once
 * if that can be (docs/decisions/0018).
 * @throws Refusal `not_found` without a hook for the platform, `invalid_client` for a secret that is none of theirs,
 * `access_denied` for a job of others; `temporarily_unavailable` when the platform shall say it again
 */
export async function takeJobEvent(broker: Broker, order: EventOrder): Promise<EventTaken> {
  const { caller, delivery } = order;
  const { platform, hooks } = hooksOf(broker, order.platform);
  platform.checkForm(delivery);
  const sent = broker.host.clock.now();
  const octets = delivery.body.length;
  const hook = await caller.passage.verifyEvent(octets, () => findHook(hooks, delivery, sent));
  if (hook === undefined) {
    caller.passage.event(undefined);
    throw new Refusal('invalid_client', 'no webhook of this broker has the secret that this was sent with');
  }
  const event = await readCounted(broker, caller, { hook, delivery });
  caller.passage.granted();
  if (event.kind !== 'ended') return event.kind === 'ping' ? 'pong' : 'ignored';
  const ended = { hook, event, now: broker.leaseTime.now() };
  const of = { owner: ownerOf(hook, event), octets };
  const queued = await alarmed(broker, caller, hook, () =>
    caller.passage.ending('take', of, () => keep(broker, caller, ended)),
  );
  return typeof queued === 'string' ? queued : closeSoon(broker, caller, { queued, of });
}

interface Sent {
  readonly hook: Hook;
  readonly delivery: Delivery;
}

async function readCounted(broker: Broker, caller: Caller, { hook, delivery }: Sent): Promise<JobEvent> {
  const count = (event?: JobEvent): Promise<void> =>
    alarmed(broker, caller, hook, () => {
      const key = [broker.webhooks.indexOf(hook), event?.kind === 'ended' ? ownerOf(hook, event) : ''];
      caller.passage.event(JSON.stringify(key));
    });
  let event: JobEvent;
  try {
    event = hook.platform.read(delivery);
  } catch (refusal) {
    await count();
    throw refusal;
  }
  await count(event);
  return event;
}

/** GitHub does not say it again: what is refused for want of room is the poller's to find out, and the operator's to know. */
async function alarmed<T>(
  broker: Broker,
  caller: Caller,
  { issuer, scope }: Hook,
  work: () => Promise<T> | T,
): Promise<T> {
  try {
    return await work();
  } catch (refusal) {
    if (refusal instanceof Refusal && wantsRoom.includes(refusal.error))
      await broker.auditSampled({
        name: 'session',
        outcome: 'failure',
        message: `job event not taken: ${refusal.message}; what the job has lives to its end, or the poller’s next round`,
        alarm: true,
        ...caller,
        detail: { issuer: issuer.url, hook: { [scope.claim]: scope.values } },
      });
    throw refusal;
  }
}

const wantsRoom: readonly string[] = ['rate_limited', 'temporarily_unavailable'];

/** Of the hook's list whom the event names; where it names none, all of the list together. */
function ownerOf({ issuer, scope }: Hook, { claims, jobs }: JobEnd): string {
  const named = [claims, ...jobs].map((each) => each[scope.claim]).find((value) => value !== undefined);
  return JSON.stringify([issuer.url, scope.claim, named ?? sha256(JSON.stringify(scope.values))]);
}

function hooksOf(
  { webhooks }: Broker,
  name: string,
): { readonly platform: JobEvents; readonly hooks: readonly Hook[] } {
  const platform = jobEvents.find((each) => each.name === name);
  const hooks = webhooks.filter((hook) => hook.platform === platform);
  if (platform === undefined || hooks.length === 0)
    throw new Refusal('not_found', 'this broker has no webhook for this platform');
  return { platform, hooks };
}

interface Ended {
  readonly hook: Hook;
  readonly event: JobEnd;
  /** By the clock of leases. */
  readonly now: Date;
}

/** Keeps what is in order; what is not is refused, and written down, before anything of it is stored. */
async function keep(
  broker: Broker,
  caller: Caller,
  ended: Ended,
): Promise<QueuedEvent | 'repeated' | 'ignored'> {
  const { hook, event, now } = ended;
  const { issuer, scope } = hook;
  const jobs = event.jobs.map((claims) => jobIdentity(issuer.identity, claims).key);
  const named = namedByPolicies(broker, ended);
  if (saysForeign(ended)) throw await foreign(broker, caller, ended, jobs);
  const told = {
    issuer: issuer.url,
    jobs,
    scope,
    closesUnknown: named === 'own',
    until: closedUntil({ issuer }, now),
    owner: ownerOf(hook, event),
    facts: facts(caller),
  };
  const id = newId('evt');
  const claimedUntil = new Date(now.getTime() + claimMs);
  const expiresAt = new Date(now.getTime() + rememberedMs);
  const delivery = deliveryOf(ended);
  const taking = await broker.store.jobEvents.take(
    { ...told, delivery },
    { id, claimedUntil, expiresAt, now },
  );
  if (taking === 'queued') return { ...told, id, attempts: 0 };
  if (taking === 'foreign' || (taking === 'unknown' && named === 'foreign'))
    throw await foreign(broker, caller, ended, jobs);
  return notKept(taking);
}

/** @throws Refusal `temporarily_unavailable` */
function notKept(taking: Exclude<EventTaking, 'queued' | 'foreign'>): 'repeated' | 'ignored' {
  if (taking === 'full')
    throw new Refusal('temporarily_unavailable', 'too many events of this owner wait', {
      reason: 'store',
      retryAfterSeconds: 60,
    });
  return taking === 'repeated' ? 'repeated' : 'ignored';
}

interface Kept {
  readonly queued: QueuedEvent;
  readonly of: EventOf;
}

/** What is not done soon goes on, here or where it is taken up. */
async function closeSoon(broker: Broker, { passage }: Caller, { queued, of }: Kept): Promise<EventTaken> {
  const { told, host } = broker;
  const close = async (): Promise<EventTaken> => {
    told.add(queued.id);
    try {
      const leases = await passage.ending('close', of, () => closeTold(broker, queued));
      if (leases === undefined) return 'queued';
      if (leases.length > 0) await passage.ending('revoke', of, () => revokeNow(broker, leases));
      return 'closed';
    } finally {
      told.delete(queued.id);
    }
  };
  return withTimeLimit(host.clock, soonMs, close).catch(() => 'queued' as const);
}

/** The event itself names somebody else: no need to look any further. */
function saysForeign({ hook: { scope }, event }: Ended): boolean {
  return [event.claims, ...event.jobs].some((claims) => {
    const value = claims[scope.claim];
    return value !== undefined && !scope.values.includes(value);
  });
}

/**
 * Whether a policy names the repository or project, and for one of whom the hook may speak. Where a policy is of several
 * owners, which of them a repository of its list is does not stand there: then it is anybody's.
 */
function namedByPolicies(broker: Broker, { hook, event }: Ended): 'own' | 'foreign' | 'nobody' {
  const { issuer, scope } = hook;
  const [job] = event.jobs;
  const about = broker.policies.current.about(issuer.url, job[issuer.indexClaim] ?? '');
  if (about.length === 0) return 'nobody';
  if (scope.claim === issuer.indexClaim) return 'own';
  const mayBe = about.map(({ policy }) => policy.match.claims.get(scope.claim) ?? []);
  const isOurs = (value: string): boolean => scope.values.includes(value);
  if (mayBe.some((values) => values.length > 0 && values.every(isOurs))) return 'own';
  return mayBe.flat().some(isOurs) ? 'nobody' : 'foreign';
}

function deliveryOf({ hook, event, now }: Ended): UsedOnce | undefined {
  if (event.delivery === undefined) return undefined;
  const key = sha256(JSON.stringify(['delivery', hook.issuer.url, event.delivery, event.jobs]));
  return { key, expiresAt: new Date(now.getTime() + rememberedMs) };
}

async function foreign(
  broker: Broker,
  caller: Caller,
  { hook, event }: Ended,
  jobs: readonly string[],
): Promise<Refusal> {
  const { issuer, scope } = hook;
  await broker.auditSampled({
    name: 'session',
    outcome: 'failure',
    message: 'job event refused: its hook does not speak for this repository or project',
    alarm: true,
    ...caller,
    detail: { issuer: issuer.url, jobs, hook: { [scope.claim]: scope.values }, says: event.claims },
  });
  return new Refusal('access_denied', 'this hook does not speak for this repository or project', {
    reason: 'denied',
  });
}

function facts({ requestId, address }: Caller): Readonly<Record<string, string>> {
  return { request_id: requestId, address };
}
