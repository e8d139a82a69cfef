import type { Job, PipelineFile, Step } from '../files/file.ts';
import { NotSure } from './change.ts';
import type { Fix, Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { without } from './lend.ts';
import { given, stepPath, textGiven, wholeSecret } from './places.ts';
import { grant } from './token-scopes.ts';

/** https://github.com/pypa/gh-action-pypi-publish: without a password it asks for a token by itself. */
export const pypiPublish: Fix = {
  name: 'pypi-publish',
  what: '`pypa/gh-action-pypi-publish` with a password becomes the same without: trusted publishing.',
  platform: 'github-actions',
  find: (file, { wish }) =>
    file.jobs.flatMap((job) =>
      job.steps.flatMap((step) => {
        if (step.action?.name !== 'pypa/gh-action-pypi-publish') return [];
        const secret = wholeSecret(given(step.inputs, 'password'));
        return secret === undefined
          ? []
          : [{ job, step, secrets: [secret], make: () => rewrite(file, job, step, wish) }];
      }),
    ),
};

function rewrite(file: PipelineFile, job: Job, step: Step, wish: Wish): Rewrite {
  const events = eventsOf(file, job, step, { ...wish, to: 'platform' });
  const { inputs } = step;
  const user = textGiven(inputs, 'user') ?? '__token__';
  if (user !== '__token__') throw new NotSure('it logs in as a user: that index knows no trusted publishers');
  if (['repository-url', 'repository_url'].some((name) => textGiven(inputs, name) !== undefined))
    throw new NotSure('it names another index: look whether that knows trusted publishers');
  const names = inputs.map(({ name }) => name);
  const gone = names.filter((name) => ['password', 'user'].includes(name.toLowerCase()));
  return {
    events,
    changes: [
      ...without([...stepPath(job, step), 'with'], names, gone),
      ...grant(file, job, { 'id-token': 'write' }),
    ],
    reads: [],
    before: [
      `At the package index, add a trusted publisher to the project: this repository, the file \`${file.source.path.split('/').at(-1) ?? ''}\`${job.environment === undefined ? '' : `, the environment \`${job.environment.name}\``}.`,
    ],
  };
}
