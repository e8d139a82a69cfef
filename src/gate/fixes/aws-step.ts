import { fullMatch } from '../../domain/pattern.ts';
import type { Job, PipelineFile, Step } from '../files/file.ts';
import { awsLoan } from './aws-role.ts';
import { NotSure, type PlainMap } from './change.ts';
import type { Fix, Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { commentOf, swapInputs } from './lend.ts';
import {
  assertInputs,
  assertNoOutputsRead,
  given,
  secretsIn,
  stepPath,
  textGiven,
  wholeSecret,
  written,
} from './places.ts';
import { grant } from './token-scopes.ts';

const [idInput, keyInput] = ['aws-access-key-id', 'aws-secret-access-key'] as const;

/** Inputs without which nothing changes, or that have one of ours in their place. */
const known = [
  idInput,
  keyInput,
  'aws-region',
  'role-to-assume',
  'role-duration-seconds',
  'role-skip-session-tagging',
  'mask-aws-account-id',
  'unset-current-credentials',
];

/** https://github.com/aws-actions/configure-aws-credentials */
export const awsStep: Fix = {
  name: 'aws-step',
  what: '`aws-actions/configure-aws-credentials` with a static key becomes a session of a role, for the same steps.',
  platform: 'github-actions',
  find: (file, { wish }) =>
    file.jobs.flatMap((job) =>
      job.steps.flatMap((step) => {
        if (step.action?.name !== 'aws-actions/configure-aws-credentials') return [];
        const secrets = [idInput, keyInput].flatMap((name) => secretsIn(given(step.inputs, name)));
        const has = given(step.inputs, idInput) ?? given(step.inputs, keyInput);
        return has === undefined ? [] : [{ job, step, secrets, make: () => rewrite(file, job, step, wish) }];
      }),
    ),
};

function rewrite(file: PipelineFile, job: Job, step: Step, wish: Wish): Rewrite {
  const events = eventsOf(file, job, step, wish);
  const { inputs } = step;
  const secret = wholeSecret(given(inputs, idInput));
  if (secret === undefined || wholeSecret(given(inputs, keyInput)) === undefined)
    throw new NotSure('id and key are not one secret each');
  assertInputs(step, known);
  assertNoOutputsRead(file, job, step);
  if (!['false', undefined].includes(textGiven(inputs, 'mask-aws-account-id')))
    throw new NotSure('it hides the number of the account, which is not hidden then');
  const region = written(file, job, textGiven(inputs, 'aws-region'));
  if (region !== undefined && !region.includes('${{') && !fullMatch(/[a-z]{2,4}(-[a-z]+)+-\d{1,2}/, region))
    throw new NotSure('its region is none');
  const loan = awsLoan(wish, job, { secret, region, arn: textGiven(inputs, 'role-to-assume') });
  const path = stepPath(job, step);
  const old = inputs.map(({ name }) => name);
  return {
    ...loan,
    events,
    changes: [
      { do: 'set', path: [...path, 'uses'], value: wish.action, ...commentOf(wish) },
      ...swapInputs(path, old, { ...loan.inputs, ...lifetime(step) }),
      ...grant(file, job, { 'id-token': 'write' }),
    ],
  };
}

function lifetime({ inputs }: Step): PlainMap {
  const seconds = textGiven(inputs, 'role-duration-seconds');
  if (seconds === undefined) return {};
  const number = fullMatch(/[1-9]\d{2,4}/, seconds) ? Number(seconds) : 0;
  if (number < 900 || number > 3600)
    throw new NotSure('its session is shorter or longer than a lease may be');
  return { ttl: number % 60 === 0 ? `${String(number / 60)}m` : `${seconds}s` };
}
