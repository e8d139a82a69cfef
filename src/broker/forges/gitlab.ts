// https://docs.gitlab.com/api/jobs/#retrieve-a-job
import { member } from '../../protocol/json.ts';
import { digits, inside, isNumber } from './claim-values.ts';
import type { Forge } from './forge.ts';

const ended: readonly unknown[] = ['success', 'failed', 'canceled', 'skipped'];

/** GitLab. Whether a merge request is a fork's its ID tokens say themselves. */
export const gitlab: Forge = {
  name: 'gitlab',
  api: (issuer) => `${issuer.origin}${issuer.pathname.replace(/\/+$/, '')}/api/v4`,
  headers: (token) => ({
    accept: 'application/json',
    'private-token': token,
    'user-agent': 'ephemeral-creds-broker',
  }),
  job: (claims) => {
    const [project, id] = ['project_id', 'job_id'].map((name) => digits(claims, name));
    if (project === undefined || id === undefined) return undefined;
    return {
      path: `/projects/${project}/jobs/${id}`,
      read: (job) => {
        const same = isNumber(job, 'id', id) && isNumber(inside(job, 'pipeline'), 'project_id', project);
        const status = member(job, 'status');
        if (!same || typeof status !== 'string') return undefined;
        return ended.includes(status) ? 'ended' : 'running';
      },
    };
  },
};
