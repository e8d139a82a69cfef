import { ForgeError } from '../forges/forge.ts';
import { denied, Refusal, unavailable } from '../domain/refusal.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';
import type { Allowed } from '../policy/decide.ts';
import type { NewLease } from '../store/session-requests.ts';
import type { Broker, Caller } from './broker.ts';
import { closeJob } from './close-job.ts';
import { claimFacts } from './note-decisions.ts';
import type { AskedForge } from './open-platforms.ts';

/** What the policies grant and the store has taken in, before anything is minted. */
interface Granted {
  readonly claims: VerifiedClaims;
  readonly decisions: readonly Allowed[];
  readonly leases: readonly NewLease[];
}

/**
 * Step 9 of PROTOCOL.md's order: what only the platform itself can say, whether the job still runs and whether its pull
 * request is a fork's. Whatever is not confirmed is not minted.
 * @throws Refusal `access_denied` (`denied`, `job-closed`); `temporarily_unavailable` (issuer) without an answer; the
 * intents have then become void
 */
export async function askPlatform(broker: Broker, caller: Caller, granted: Granted): Promise<void> {
  if (!mustAsk(broker, granted)) return;
  const { claims, decisions, leases } = granted;
  const forge = broker.forges.get(claims.issuer.url);
  const ofPullRequest = decisions.some(({ asksPlatform }) => asksPlatform);
  try {
    // Policies may name no issuer without its forge; should one have gone, nothing is confirmed.
    if (forge === undefined) throw new ForgeError('broker.yaml names no API of this issuer');
    const [ended, own] = await Promise.all([
      forge.verifyJobRunning ? hasEnded(forge, claims) : false,
      ofPullRequest ? forge.isSameRepository(claims.claims) : true,
    ]);
    if (ended) throw await closing(broker, caller, claims);
    if (!own) throw await ofFork(broker, caller, granted);
  } catch (error) {
    const unminted = leases.map(({ id }) => id);
    await broker.store.abandon({ toRevoke: [], unminted }, broker.leaseTime.now());
    throw error instanceof ForgeError ? unavailable('issuer', error) : error;
  }
}

/** Whether `askPlatform` has anything to ask. */
export function mustAsk(
  { forges }: Pick<Broker, 'forges'>,
  { claims, decisions }: Pick<Granted, 'claims' | 'decisions'>,
): boolean {
  const { verifyJobRunning } = forges.get(claims.issuer.url) ?? { verifyJobRunning: false };
  return verifyJobRunning || decisions.some(({ asksPlatform }) => asksPlatform);
}

async function hasEnded(forge: AskedForge, { claims }: VerifiedClaims): Promise<boolean> {
  return (await forge.jobState(claims)) === 'ended';
}

/** Somebody has the token of a job that is over. */
async function closing(broker: Broker, caller: Caller, claims: VerifiedClaims): Promise<Refusal> {
  await broker.audit([
    {
      name: 'session',
      outcome: 'failure',
      message: 'session refused: the platform says that the job has ended',
      alarm: true,
      ...caller,
      detail: claimFacts(claims),
    },
  ]);
  await closeJob(broker, { issuer: claims.issuer.url, job: claims.job.key, by: 'verify_job_running' });
  return new Refusal('access_denied', 'the job has ended', { reason: 'job-closed' });
}

async function ofFork(broker: Broker, caller: Caller, { claims, decisions }: Granted): Promise<Refusal> {
  await broker.audit([
    {
      name: 'decision',
      outcome: 'failure',
      message: 'roles denied: the pull request’s head is not in the repository itself',
      ...caller,
      detail: { roles: decisions.map(({ role }) => role), decision: 'deny', ...claimFacts(claims) },
    },
  ]);
  return denied();
}
