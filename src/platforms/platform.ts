import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';

/** A CI system that runs us. One file each; see registry.ts. */
export interface Platform {
  readonly name: string;
  /** True when this process runs on it; decided by the environment alone. */
  detect(env: Host['env']): boolean;
  /**
   * @param folder where our files go, if not to the platform’s own place: absolute, outside the checkout
   * @throws CredsError when the platform lacks what a job needs (its command files, for example)
   */
  attach(host: Host, folder?: string): Job;
}
