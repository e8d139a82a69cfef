import { awsLoan } from './aws-role.ts';
import { NotSure, type Change } from './change.ts';
import { containerLogin, pushes, type Login } from './container-login.ts';
import type { Rewrite, Wish } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { lendTo, without } from './lend.ts';
import { given, textGiven, wholeSecret } from './places.ts';
import { grant } from './token-scopes.ts';

/** https://github.com/docker/login-action#aws-elastic-container-registry-ecr */
export const ecrLogin = containerLogin({
  name: 'ecr-login',
  what: '`docker/login-action` for ECR takes a login that the broker lends, or a session of a role, in place of a key.',
  host: /^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/,
  rewrite: (login, wish) => (wish.to === 'broker' ? ofBroker(login, wish) : ofPlatform(login, wish)),
});

function ofBroker({ file, job, step }: Login, wish: Wish): Rewrite {
  const events = eventsOf(file, job, step, wish);
  const { registry, region, secret } = partsOf({ file, job, step });
  const ecr = { registry, repositories: ['REPOSITORY'], access: pushes(job) ? 'push' : 'pull' };
  const loan = awsLoan(wish, job, { secret, region, ecr });
  const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'ecr', inputs: loan.inputs });
  const set = ['username', 'password'].map((name): Change => {
    return { do: 'set', path: [...borrower, 'with', name], value: `\${{ steps.${id}.outputs.${name} }}` };
  });
  const role = loan.lends?.role ?? '';
  return {
    ...loan,
    events,
    changes: [...changes, ...set, ...grant(file, job, { 'id-token': 'write' })],
    before: [
      ...loan.before,
      `Write the repositories of job \`${job.name}\` into \`ecr\` of the role \`${role}\`.`,
    ],
  };
}

/** Without a user the action asks ECR itself, by the variables of AWS. */
function ofPlatform({ file, job, step }: Login, wish: Wish): Rewrite {
  const events = eventsOf(file, job, step, wish);
  const { region, secret } = partsOf({ file, job, step });
  if (step.variables.length > 0) throw new NotSure('the step has variables of its own');
  const loan = awsLoan(wish, job, { secret, region });
  const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'ecr', inputs: loan.inputs });
  const output = (name: string): string => `\${{ steps.${id}.outputs.${name} }}`;
  const env = {
    AWS_ACCESS_KEY_ID: output('aws-access-key-id'),
    AWS_SECRET_ACCESS_KEY: output('aws-secret-access-key'),
    AWS_SESSION_TOKEN: output('aws-session-token'),
    AWS_REGION: output('aws-region'),
  };
  const all = step.inputs.map(({ name }) => name);
  const gone = all.filter((name) => ['username', 'password'].includes(name.toLowerCase()));
  return {
    ...loan,
    events,
    changes: [
      ...changes,
      ...without([...borrower, 'with'], all, gone),
      { do: 'add', path: [...borrower, 'env'], value: env, behind: 'with' },
      ...grant(file, job, { 'id-token': 'write' }),
    ],
  };
}

interface Parts {
  readonly registry: string;
  readonly region: string | undefined;
  readonly secret: string;
}

function partsOf({ step }: Login): Parts {
  const registry = textGiven(step.inputs, 'registry') ?? '';
  const secret = wholeSecret(given(step.inputs, 'username'));
  if (secret === undefined) throw new NotSure('id and key are not one secret each');
  return { registry, region: registry.split('.')[3], secret };
}
