import { tellProblem } from '../commands/problem-report.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { githubActions } from '../platforms/github-actions.ts';

/** An action runs where actions run. In a shell its post step would never come, and nothing would be given back. */
export function attachAction(host: Host): Job {
  if (githubActions.detect(host.env)) return githubActions.attach(host);
  throw new CredsError(
    'input-invalid',
    'This is not a job of GitHub Actions (GITHUB_ACTIONS is not `true`).',
    {
      hint: 'Elsewhere use the command line: docs/how-to/command-line.md.',
    },
  );
}

/** Post, too; but what is owed stands in its state, and is given back wherever the runner's folder has gone. */
export function attachPost(host: Host): Job {
  try {
    return attachAction(host);
  } catch (error) {
    if (!githubActions.detect(host.env) || !(error instanceof CredsError)) throw error;
    const job = githubActions.attach(host, '/ephemeral-creds-nowhere');
    job.tell('warning', `${error.message} What was written there is not found.`);
    return job;
  }
}

/** @returns the exit status */
export function tell(error: unknown, { job, host }: { job: Job; host: Host }, summary: boolean): number {
  if (!(error instanceof CredsError)) throw error;
  tellProblem(error, job, { host, summary });
  return error.exit;
}
