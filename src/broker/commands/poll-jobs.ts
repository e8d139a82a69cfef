import { ForgeError } from '../forges/forge.ts';
import type { JobToAsk } from '../store/store.ts';
import type { Broker } from './broker.ts';
import { closeJob } from './close-job.ts';
import type { AskedForge } from './open-platforms.ts';

/** How many jobs are asked about at once, of one platform by one replica. */
const batch = 20;

/**
 * One round of asking the platforms whose jobs have live leases, and closing those that have ended; where no webhook
 * reaches us. Replicas claim jobs, so that each is asked about once. No answer closes nothing: the forge tells of it.
 */
export async function pollJobs(broker: Broker): Promise<void> {
  await Promise.all([...broker.forges.values()].map((forge) => pollForge(broker, forge)));
}

async function pollForge(broker: Broker, forge: AskedForge): Promise<void> {
  const { issuer, pollSeconds } = forge;
  if (pollSeconds === undefined || forge.isResting()) return;
  const now = broker.leaseTime.now();
  const again = new Date(now.getTime() + pollSeconds * 1000);
  const jobs = await broker.store.claimJobs({ issuer: issuer.url, now, again, limit: batch });
  await Promise.all(jobs.map((job) => ask(broker, forge, job)));
}

async function ask(broker: Broker, forge: AskedForge, { job, claims }: JobToAsk): Promise<void> {
  try {
    if ((await forge.jobState(claims)) === 'running') return;
  } catch (error) {
    if (error instanceof ForgeError) return;
    throw error;
  }
  await closeJob(broker, { issuer: forge.issuer.url, job, by: 'poll' });
}
