import { sha256 } from '../../protocol/dpop.ts';
import { Refusal } from '../domain/refusal.ts';
import { jobIdentity } from '../issuers/job-identity.ts';
import { findHook, type Hook } from '../job-events/hook.ts';
import type { Delivery, JobEnd, JobEvents } from '../job-events/job-event.ts';
import { jobEvents } from '../job-events/registry.ts';
import type { UsedOnce } from '../store/used-once.ts';
import type { Broker, Caller } from './broker.ts';
import { closed, closedUntil, tooManyEnded } from './close-job.ts';

/** How long a delivery is remembered: GitHub repeats by hand for three days, GitLab by itself for one. */
const rememberedMs = 86_400_000;

/** What became of an event. `ignored`: it says nothing of a job that could have borrowed. */
export type EventTaken = 'closed' | 'repeated' | 'pong' | 'ignored';

/** What came to POST /webhooks/{platform}. */
export interface EventOrder {
  readonly caller: Caller;
  readonly platform: string;
  readonly delivery: Delivery;
}

/**
 * Takes a platform's word that a job has ended. Which hook it came by is known by its secret alone, and for whom that
 * may speak by broker.yaml. Whose the job is, its sessions say; where it has none, the policies that name its repository
 * or project, and without such a policy nothing is stored.
 * @throws Refusal `not_found` without a hook for the platform, `invalid_client` for a secret that is none of theirs,
 * `access_denied` for a job of others; `temporarily_unavailable` when the platform shall say it again
 */
export async function takeJobEvent(broker: Broker, order: EventOrder): Promise<EventTaken> {
  const { caller, delivery } = order;
  const { platform, hooks } = hooksOf(broker, order.platform);
  platform.checkForm(delivery);
  const sent = broker.host.clock.now();
  const hook = await caller.passage.verifyEvent(delivery.body.length, () => findHook(hooks, delivery, sent));
  await count(broker, caller, hook);
  if (hook === undefined)
    throw new Refusal('invalid_client', 'no webhook of this broker has the secret that this was sent with');
  caller.passage.granted();
  const event = platform.read(delivery);
  if (event.kind !== 'ended') return event.kind === 'ping' ? 'pong' : 'ignored';
  return caller.passage.close(() => end(broker, caller, { hook, event, now: broker.leaseTime.now() }));
}

/** GitHub does not say it again: what is refused here is the poller's to find out, and the operator's to know. */
async function count(broker: Broker, caller: Caller, hook: Hook | undefined): Promise<void> {
  try {
    caller.passage.event(hook && String(broker.webhooks.indexOf(hook)));
  } catch (refusal) {
    if (hook !== undefined)
      await broker.auditSampled({
        name: 'session',
        outcome: 'failure',
        message:
          'job event not taken: too many of its hook; what the job has lives to its end, or the poller’s next round',
        alarm: true,
        ...caller,
        detail: { issuer: hook.issuer.url, hook: { [hook.scope.claim]: hook.scope.values } },
      });
    throw refusal;
  }
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

async function end(broker: Broker, caller: Caller, ended: Ended): Promise<EventTaken> {
  const { hook, event, now } = ended;
  const { issuer, scope } = hook;
  const jobs = event.jobs.map((claims) => jobIdentity(issuer.identity, claims).key);
  const named = namedByPolicies(broker, ended);
  if (saysForeign(ended)) throw await foreign(broker, caller, ended, jobs);
  const outcome = await broker.store.closeByEvent({
    issuer: issuer.url,
    jobs,
    scope,
    delivery: deliveryOf(ended),
    closesUnknown: named === 'own',
    until: closedUntil({ issuer }, now),
    now,
  });
  if (outcome === 'full') throw tooManyEnded();
  if (outcome === 'repeated') return 'repeated';
  if (outcome === 'foreign' || (outcome === 'unknown' && named === 'foreign'))
    throw await foreign(broker, caller, ended, jobs);
  if (outcome === 'unknown') return 'ignored';
  await closed(broker, outcome, { issuer: issuer.url, jobs, by: 'webhook', ...facts(caller) });
  return 'closed';
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
