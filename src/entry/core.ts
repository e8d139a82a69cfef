import { acquire } from '../commands/acquire.ts';
import { tellProblem } from '../commands/problem-report.ts';
import { unheard } from '../commands/unheard.ts';
import { configFromAction } from '../config/action.ts';
import { givenInputs, refuseOthers } from '../config/action-inputs.ts';
import type { Config } from '../config/config.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { githubActions } from '../platforms/github-actions.ts';
import { open } from './door.ts';

/** The action's main step. */
export function main(): void {
  open(mainStory);
}

/** What the main step does, and its exit status. Tests hand it a world of their own. */
export async function mainStory(host: Host): Promise<number> {
  const job = attachAction(host);
  let config: Config | undefined;
  try {
    config = await configFromAction(host);
    await acquire(config, { job, host });
    return 0;
  } catch (error) {
    return tell(error, { job, host }, config?.summary !== 'never');
  }
}

/** The action's post step. */
export function post(): void {
  open(postStory);
}

/** What the post step does, and its exit status. */
export async function postStory(host: Host): Promise<number> {
  const { revokeAtEnd } = await import('../commands/revoke.ts');
  const job = unheard(attachAction(host));
  try {
    await revokeAtEnd({ job, host });
    return 0;
  } catch (error) {
    return tell(error, { job, host }, false);
  }
}

/** The action `revoke/`: gives back in the middle of the job. */
export function revoke(): void {
  open(async (host) => {
    const { revokeNow } = await import('../commands/revoke.ts');
    const job = unheard(attachAction(host));
    try {
      const given = givenInputs(host.env);
      refuseOthers(Object.keys(given), ['lease-ids']);
      const ids = (given['lease-ids'] ?? '').split(/[\s,[\]"]+/).filter((id) => id !== '');
      await revokeNow(ids, { job, host });
      return 0;
    } catch (error) {
      return tell(error, { job, host }, false);
    }
  });
}

/** An action runs where actions run. In a shell its post step would never come, and nothing would be given back. */
function attachAction(host: Host): Job {
  if (githubActions.detect(host.env)) return githubActions.attach(host);
  throw new CredsError(
    'input-invalid',
    'This is not a job of GitHub Actions (GITHUB_ACTIONS is not `true`).',
    {
      hint: 'Elsewhere use the command line: docs/how-to/command-line.md.',
    },
  );
}

function tell(error: unknown, { job, host }: { job: Job; host: Host }, summary: boolean): number {
  if (!(error instanceof CredsError)) throw error;
  tellProblem(error, job, { host, summary });
  return error.exit;
}
