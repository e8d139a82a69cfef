import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';

/** A CI system that runs us. One file each; see registry.ts. */
export interface Platform {
  readonly name: string;
  /** True when this process runs on it; decided by the environment alone. */
  detect(env: Host['env']): boolean;
  /** @throws CredsError when the platform lacks what a job needs (its command files, for example) */
  attach(host: Host): Job;
}
