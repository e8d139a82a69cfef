import type { Binding, Job, PipelineFile } from '../files/file.ts';
import { child, entriesOf, leavesOf, textOf } from '../files/yaml-tree.ts';
import { awsLoan } from './aws-role.ts';
import { NotSure, type Change, type PlainMap } from './change.ts';
import type { Fix, Rewrite, Scene, Wish } from './fix.ts';
import { without } from './lend.ts';
import { inRole } from './role-name.ts';

const [idName, keyName, sessionName] = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
] as const;

/** https://docs.gitlab.com/ci/components/ */
export const gitlabAws: Fix = {
  name: 'gitlab-aws',
  what: 'A static key of AWS in a GitLab job’s `variables` becomes a session of a role, by the component.',
  platform: 'gitlab-ci',
  find: (file, scene) =>
    file.jobs.flatMap((job) => {
      const secrets = [idName, keyName].flatMap((name) => projectVariable(named(job.variables, name)) ?? []);
      if (secrets.length === 0) return [];
      return [{ job, step: undefined, secrets, make: () => rewrite(file, job, scene) }];
    }),
};

function named(variables: readonly Binding[], name: string): Binding | undefined {
  return variables.find((each) => each.name === name);
}

/** `$NAME`, `${NAME}` and nothing else. */
function projectVariable(binding: Binding | undefined): string | undefined {
  return /^\$(?:(\w+)|\{(\w+)\})$/
    .exec(binding?.text.value.trim() ?? '')
    ?.slice(1)
    .find(Boolean);
}

function rewrite(file: PipelineFile, job: Job, { judged, wish }: Scene): Rewrite {
  const secret = projectVariable(named(job.variables, idName));
  if (secret === undefined || projectVariable(named(job.variables, keyName)) === undefined)
    throw new NotSure('id and key are not one variable each');
  if (named(job.variables, sessionName) !== undefined) throw new NotSure(`there is a ${sessionName} already`);
  const handedOn = judged.some(
    ({ use }) => use.job?.name === job.name && use.takers.some(({ by }) => by === 'command' || by === 'file'),
  );
  if (handedOn)
    throw new NotSure(`a script names what it takes, and may need the third part, ${sessionName}`);
  assertPlain(file, job);
  const region = ['AWS_REGION', 'AWS_DEFAULT_REGION']
    .flatMap((name) => [job.variables, file.variables].map((each) => named(each, name)?.text.value.trim()))
    .find((each) => each !== undefined && each !== '');
  const loan = awsLoan(wish, job, { secret, region });
  const hidden = `lend-${inRole(job.name).replace(/[^a-z0-9-]/g, '-')}`;
  const inputs = inputsOf(loan.inputs, hidden);
  const path = [job.name];
  return {
    ...loan,
    events: [],
    changes: [
      ...without(
        [...path, 'variables'],
        job.variables.map(({ name }) => name),
        [idName, keyName],
      ),
      { do: 'add', path: [...path, 'extends'], value: `.${hidden}`, before: 'script' },
      includeChange(file, { component: componentOf(wish), inputs }),
    ],
    before: [
      ...loan.before.map((each) => each.replace('GitHub', 'your GitLab')),
      `The image of job \`${job.name}\` needs Node.js 20, or \`node_url\` among the inputs of the component.`,
    ],
  };
}

/** A component’s inputs are written out: no variable is filled in. */
function inputsOf(inputs: PlainMap, hidden: string): PlainMap {
  const { role = '', 'broker-url': brokerUrl, ...others } = inputs;
  const texts = Object.values(inputs).filter((each) => typeof each === 'string');
  const calculated = texts.find((each) => each.includes('$'));
  if (calculated !== undefined) {
    const name = /vars\.(\w+)/.exec(calculated)?.[1] ?? 'AWS_REGION';
    throw new NotSure(`inputs of a component are written out: run this again with \`--set ${name}=VALUE\``);
  }
  return {
    ...others,
    ...(brokerUrl === undefined
      ? { audience: 'sts.amazonaws.com' }
      : { broker_url: brokerUrl, audience: brokerUrl }),
    role: [role],
    job_name: hidden,
  };
}

function componentOf({ action, actionComment }: Wish): string {
  const [name = '', ref = ''] = action.split('@');
  const version = actionComment === undefined ? ref.replace(/^v/, '') : ref;
  return `$CI_SERVER_FQDN/${name}/ephemeral-creds@${version}`;
}

/** GitLab joins no lists: what a job has of these would be in the place of the component’s. */
function assertPlain({ documents, jobs }: PipelineFile, job: Job): void {
  const [root] = documents;
  const common = ['default', 'before_script', 'after_script'].find((key) => child(root, key) !== undefined);
  if (common !== undefined) throw new NotSure(`the file has \`${common}\` for all jobs`);
  const own = ['extends', 'before_script', 'after_script', 'id_tokens', 'inherit', 'trigger'];
  const has = own.find((key) => child(job.tree, key) !== undefined);
  if (has !== undefined) throw new NotSure(`the job has \`${has}\` of its own`);
  if (child(job.tree, 'script') === undefined) throw new NotSure('the job has no script');
  const heirs = jobs.some(({ tree }) => textOf(child(tree, 'extends'))?.value === job.name);
  if (heirs || job.name.startsWith('.')) throw new NotSure('other jobs are made of it');
  const rules = [child(root, 'workflow'), child(job.tree, 'rules'), child(job.tree, 'only')];
  const conditions = rules.flatMap((each) => leavesOf(each)).map(({ text }) => text.value);
  if (conditions.some((each) => each.includes('merge_request')))
    throw new NotSure('it runs for merge requests, whose code nobody may have read');
}

function includeChange({ documents: [root] }: PipelineFile, item: PlainMap): Change {
  const include = child(root, 'include');
  if (include?.kind === 'list') return { do: 'insert', path: ['include', 0], value: item };
  if (include !== undefined) throw new NotSure('`include` is no list: write it as one, and run this again');
  const [first] = entriesOf(root);
  return {
    do: 'add',
    path: ['include'],
    value: [item],
    ...(first === undefined ? {} : { before: first.key }),
  };
}
