import { resolve } from 'node:path';
import { spokenJob, type SpokenJob } from '../commands/spoken-job.ts';
import type { Host } from '../domain/host.ts';
import { findPlatform } from '../platforms/registry.ts';
import type { Said, Scene } from './commands/command.ts';

/** The job that the words are about. @throws CredsError where the platform lacks what a job needs */
export async function attach(
  said: Said,
  { host, folder }: Scene,
): Promise<{ readonly job: SpokenJob; readonly host: Host }> {
  const [state] = said.values('state');
  const platform = await findPlatform(host.env);
  const job = platform.attach(host, state === undefined ? undefined : resolve(folder, state));
  return { job: spokenJob(job, host), host };
}
