import type { Binding, Job, PipelineFile, Step } from '../files/file.ts';
import { awsLoan } from './aws-role.ts';
import { NotSure, type Path } from './change.ts';
import type { Fix, Proposal, Rewrite, Scene } from './fix.ts';
import { eventsOf } from './job-events.ts';
import { commentOf, lendTo, without } from './lend.ts';
import { secretsIn, stepIndex, textGiven, wholeSecret } from './places.ts';
import { grant } from './token-scopes.ts';

const [idName, keyName, sessionName] = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

/** Actions that read no key of AWS, or all three parts of a session. */
const harmless =
  /^(actions\/[\w-]+(\/[\w-]+)?|aws-actions\/[\w-]+|hashicorp\/setup-[\w-]+|docker\/setup-[\w-]+-action|pnpm\/action-setup|astral-sh\/setup-uv|ruby\/setup-ruby|dtolnay\/rust-toolchain)$/;

/** What stands at the beginning of a job before anything of its own runs. */
const preparing =
  /^(actions\/(checkout|setup-[\w-]+|cache(\/restore)?|download-artifact)|pnpm\/action-setup|astral-sh\/setup-uv|ruby\/setup-ruby|dtolnay\/rust-toolchain|hashicorp\/setup-[\w-]+)$/;

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html */
export const awsVariables: Fix = {
  name: 'aws-variables',
  what: 'A static key of AWS in `env`, of a step, a job or a workflow of one job, becomes a session of a role.',
  platform: 'github-actions',
  find: (file, scene) => [
    ...ofPlace(file.variables).flatMap((secrets) => {
      const [job, ...others] = file.jobs;
      if (job === undefined) return [];
      const make = (): Rewrite => {
        if (others.length > 0) throw new NotSure('it is there for all jobs: move it to those that need it');
        return ofJob({ file, job, scene }, file.variables, ['env']);
      };
      return [{ job, step: undefined, secrets, make }];
    }),
    ...file.jobs.flatMap((job): Proposal[] => [
      ...ofPlace(job.variables).map((secrets) => ({
        job,
        step: undefined,
        secrets,
        make: () => ofJob({ file, job, scene }, job.variables, ['jobs', job.name, 'env']),
      })),
      ...job.steps.flatMap((step) =>
        ofPlace(step.variables).map((secrets) => ({
          job,
          step,
          secrets,
          make: () => ofStep({ file, job, scene }, step),
        })),
      ),
    ]),
  ],
};

interface Place {
  readonly file: PipelineFile;
  readonly job: Job;
  readonly scene: Scene;
}

/** The secrets of a pair; nothing where neither name is bound to one. */
function ofPlace(variables: readonly Binding[]): string[][] {
  const secrets = [idName, keyName].flatMap((name) => secretsIn(named(variables, name)));
  return secrets.length === 0 ? [] : [secrets];
}

function named(variables: readonly Binding[], name: string): Binding | undefined {
  return variables.find((each) => each.name === name);
}

function ofJob(place: Place, variables: readonly Binding[], path: Path): Rewrite {
  const { file, job } = place;
  const { wish } = place.scene;
  const events = eventsOf(file, job, undefined, wish);
  const secret = pairOf(place, variables);
  const action = job.steps.find(
    (step) => step.action !== undefined && !harmless.test(step.action.name),
  )?.action;
  if (action !== undefined)
    throw new NotSure(`\`${action.name}\` may read the key without its third part, ${sessionName}`);
  const first = job.steps.find((step) => !preparing.test(step.action?.name ?? ''));
  if (first === undefined) throw new NotSure('no step of the job can be seen to use it');
  const loan = awsLoan(wish, job, { secret, region: regionOf(place, undefined) });
  const value = { uses: wish.action, with: loan.inputs };
  const index = stepIndex(job, first);
  return {
    ...loan,
    events,
    changes: [
      { do: 'insert', path: ['jobs', job.name, 'steps', index], value, ...commentOf(wish) },
      ...without(
        path,
        variables.map(({ name }) => name),
        [idName, keyName],
      ),
      ...grant(file, job, { 'id-token': 'write' }),
    ],
  };
}

function ofStep(place: Place, step: Step): Rewrite {
  const { file, job } = place;
  const { wish } = place.scene;
  const events = eventsOf(file, job, step, wish);
  const secret = pairOf(place, step.variables);
  if (step.script === undefined && !harmless.test(step.action?.name ?? ''))
    throw new NotSure(
      `\`${step.action?.name ?? ''}\` may read the key without its third part, ${sessionName}`,
    );
  const loan = awsLoan(wish, job, { secret, region: regionOf(place, step) });
  const { id, changes, borrower } = lendTo(job, step, { wish, wanted: 'aws', inputs: loan.inputs });
  const output = (name: string): string => `\${{ steps.${id}.outputs.${name} }}`;
  const env = [...borrower, 'env'];
  return {
    ...loan,
    events,
    changes: [
      ...changes,
      { do: 'set', path: [...env, idName], value: output('aws-access-key-id') },
      { do: 'set', path: [...env, keyName], value: output('aws-secret-access-key') },
      { do: 'add', path: [...env, sessionName], value: output('aws-session-token'), behind: keyName },
      ...grant(file, job, { 'id-token': 'write' }),
    ],
  };
}

/** The secret with the key’s id. @throws NotSure where a script hands on the two parts that it knows of */
function pairOf({ scene: { judged, scripts }, job, file }: Place, variables: readonly Binding[]): string {
  const pair = [idName, keyName].map((name) => named(variables, name));
  const [secret, key] = pair.map(wholeSecret);
  if (secret === undefined || key === undefined) throw new NotSure('id and key are not one secret each');
  if (named(variables, sessionName) !== undefined) throw new NotSure(`there is a ${sessionName} already`);
  const bound = judged.filter(({ use }) => pair.some((each) => each !== undefined && within(use.span, each)));
  if (bound.some(({ use }) => use.takers.some((taker) => taker.by !== 'variable')))
    throw new NotSure(`a script names the key’s parts, and would need the third, ${sessionName}`);
  const reader = scripts.find(({ jobs }) => jobs.some(({ steps }) => steps.some(readsKey)));
  if (reader !== undefined)
    throw new NotSure(
      `\`${reader.source.path}\` names the key’s parts, and would need the third, ${sessionName}`,
    );
  const read = file.references.some(
    ({ reference: { context, path }, job: at }) =>
      context === 'env' &&
      (at === undefined || at.name === job.name) &&
      [idName, keyName].includes(path[0] as never),
  );
  if (read) throw new NotSure('an expression reads the key by its name');
  return secret;
}

function readsKey({ script }: Step): boolean {
  return script?.shell.reads.some(({ name }) => name === idName || name === keyName) === true;
}

function within(span: { readonly start: number; readonly end: number }, { text }: Binding): boolean {
  return text.span.start <= span.start && span.end <= text.span.end;
}

function regionOf({ file, job }: Place, step: Step | undefined): string | undefined {
  const places = [step?.variables ?? [], job.variables, file.variables];
  return places
    .flatMap((each) => [textGiven(each, 'aws_region'), textGiven(each, 'aws_default_region')])
    .find((each) => each !== undefined);
}
