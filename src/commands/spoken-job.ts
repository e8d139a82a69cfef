import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { speech } from '../platforms/speech.ts';

/** A job as the command line speaks to it. */
export interface SpokenJob extends Job {
  /** What `setOutputs` was told so far, for `--json`. */
  outputs(): Readonly<Record<string, string>>;
}

/**
 * The job for one command of the command line. Its standard output belongs to the caller and may be a file, a pipe or
 * a variable: people are told on standard error, and no mask is asked for that the platform was not seen to take. The
 * ledger lies in the job’s folder alone.
 */
export function spokenJob(job: Job, host: Host): SpokenJob {
  let outputs: Readonly<Record<string, string>> = {};
  return {
    ...job,
    mask: (patterns) => {
      if (job.proveMasks !== undefined) job.mask(patterns);
    },
    remember: () => undefined,
    recall: () => undefined,
    setOutputs: (more) => {
      outputs = { ...outputs, ...more };
    },
    tell: speech(host),
    outputs: () => outputs,
  };
}
