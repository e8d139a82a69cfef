import type { Change } from './change.ts';
import { containerLogin, pushes } from './container-login.ts';
import { eventsOf } from './job-events.ts';
import { given, stepPath } from './places.ts';
import { grant } from './token-scopes.ts';

/** https://docs.github.com/packages/managing-github-packages-using-github-actions-workflows */
export const ghcrLogin = containerLogin({
  name: 'ghcr-login',
  what: '`docker/login-action` for GitHub’s own registry takes the job’s own token.',
  host: /^ghcr\.io$/i,
  rewrite: ({ file, job, step }, wish) => {
    const events = eventsOf(file, job, step, { ...wish, to: 'platform' });
    const path = [...stepPath(job, step), 'with'];
    const user: Change = { do: 'set', path: [...path, 'username'], value: '${{ github.actor }}' };
    const hasUser = given(step.inputs, 'username') !== undefined;
    const access = pushes(job) ? 'write' : 'read';
    return {
      events,
      changes: [
        hasUser ? user : { ...user, do: 'add', before: 'password' },
        { do: 'set', path: [...path, 'password'], value: '${{ github.token }}' },
        ...grant(file, job, { packages: access }),
      ],
      reads: [],
      before: [
        `In the settings of each package that job \`${job.name}\` ${access === 'write' ? 'pushes' : 'pulls'}, _Manage Actions access_: this repository, ${access}. A package of another owner cannot be reached in this way.`,
      ],
    };
  },
});
