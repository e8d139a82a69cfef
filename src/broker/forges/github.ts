// https://docs.github.com/rest/actions/workflow-jobs#get-a-job-for-a-workflow-run
// https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run
import { fullMatch } from '../../domain/pattern.ts';
import { member } from '../../protocol/json.ts';
import { digits, inside, isNumber } from './claim-values.ts';
import type { Claims, Forge } from './forge.ts';

/** github.com, `token.actions.NAME.ghe.com` and Enterprise Server each keep their API somewhere else. */
function apiOf({ hostname, host, pathname }: URL): string | undefined {
  if (hostname === 'token.actions.githubusercontent.com') return 'https://api.github.com';
  const [, tenant] = /^token\.actions\.([a-z0-9-]+\.ghe\.com)$/.exec(hostname) ?? [];
  if (tenant !== undefined) return `https://api.${tenant}`;
  return pathname.includes('/_services/token') ? `https://${host}/api/v3` : undefined;
}

/** `octo-org/octo-repo` as it may stand in a path. */
export function repositoryOf(claims: Claims): string | undefined {
  const name = member(claims, 'repository');
  const sound =
    typeof name === 'string' &&
    fullMatch(/[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}/, name) &&
    !name.split('/').some((part) => fullMatch(/\.{1,2}/, part));
  return sound ? name : undefined;
}

/**
 * GitHub. Its addresses have names, which can change hands; so the numbers in each answer are compared with those of the
 * claims. That a job's number is its `check_run_id` GitHub does not promise: where it is not, there is no answer.
 */
export const github: Forge = {
  name: 'github',
  api: apiOf,
  headers: (token) => ({
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'user-agent': 'ephemeral-creds-broker',
    'x-github-api-version': '2022-11-28',
  }),
  job: (claims) => {
    const repository = repositoryOf(claims);
    const [id, run, attempt] = ['check_run_id', 'run_id', 'run_attempt'].map((name) => digits(claims, name));
    if (repository === undefined || id === undefined || run === undefined) return undefined;
    return {
      path: `/repos/${repository}/actions/jobs/${id}`,
      read: (job) => {
        const same =
          isNumber(job, 'id', id) && isNumber(job, 'run_id', run) && isNumber(job, 'run_attempt', attempt);
        const status = member(job, 'status');
        if (!same || typeof status !== 'string') return undefined;
        return status === 'completed' ? 'ended' : 'running';
      },
    };
  },
  sameRepository: (claims) => {
    const repository = repositoryOf(claims);
    const [id, run] = ['repository_id', 'run_id'].map((name) => digits(claims, name));
    if (repository === undefined || id === undefined || run === undefined) return undefined;
    return {
      path: `/repos/${repository}/actions/runs/${run}`,
      read: (answer) => {
        const same =
          isNumber(answer, 'id', run) &&
          isNumber(inside(answer, 'repository'), 'id', id) &&
          member(answer, 'event') === member(claims, 'event_name');
        // A fork that was deleted is there no more, and was one all the same.
        return same ? isNumber(inside(answer, 'head_repository'), 'id', id) : undefined;
      },
    };
  },
};
