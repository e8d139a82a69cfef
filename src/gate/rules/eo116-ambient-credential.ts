import type { Job, PipelineFile } from '../files/file.ts';
import { kinOf } from '../files/gitlab-kin.ts';
import { startedCommands } from '../files/started-commands.ts';
import { child, leavesOf } from '../files/yaml-tree.ts';
import { ambientTools, type AmbientTool } from './ambient-tools.ts';
import { grantsIdToken } from './oidc-steps.ts';
import type { FileRule, Judged, Spot } from './rule.ts';

export const ambientCredential: FileRule = {
  id: 'EO116',
  name: 'ambient-credential',
  what: 'A tool is used with a credential that nothing in the file gives it.',
  severity: 'note',
  why: 'It lies on the runner, or is a variable of all jobs: whatever runs there has it, for as long as it lives, and no file tells who needs it.',
  hint: {
    text: 'Let the job say what it needs and borrow it with its ID token; take the credential off the runner and out of the project’s variables.',
    before:
      'deploy:\n  script:\n    - aws ecr get-login-password | docker login -u AWS --password-stdin "$ECR"',
    after:
      'deploy:\n  id_tokens:\n    BROKER_TOKEN: { aud: https://broker.example.com }\n  script:\n    - ephemeral-creds exec --role push-images -- ./push.sh',
  },
  find: (file, judged) => {
    if (file.kind !== 'workflow') return [];
    const scopeOf = scopesOf(file);
    return file.jobs.flatMap((job) => {
      const scope = scopeOf(job);
      return scope === undefined
        ? []
        : ambientTools.flatMap((tool) => spotOf(tool, job, { file, scope, judged }));
    });
  },
  examples: {
    finds: [
      { gitlab: 'aws ecr get-login-password | docker login -u AWS --password-stdin "$ECR"' },
      { step: 'run: sonar-scanner -Dsonar.projectKey=app' },
      {
        path: '.gitlab-ci.yml',
        text: 'a:\n  script:\n    - make\n    - kubectl apply -f app.yaml\n',
        lines: [4],
      },
      { job: 'runs-on: self-hosted\nsteps:\n  - run: gcloud run deploy app --image app' },
      { job: 'runs-on: self-hosted\nsteps:\n  - run: docker push registry.example.com/app' },
    ],
    passes: [
      {
        job: 'steps:\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      role-to-assume: r\n  - run: aws s3 ls',
      },
      {
        step: 'run: aws s3 ls\nenv:\n  AWS_ACCESS_KEY_ID: ${{ secrets.A }}\n  AWS_SECRET_ACCESS_KEY: ${{ secrets.B }}',
      },
      { job: 'steps:\n  - uses: helm/kind-action@v1\n  - run: kubectl apply -f app.yaml' },
      { step: 'run: |\n  kind create cluster\n  kubectl get pods' },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm publish' },
      {
        path: '.gitlab-ci.yml',
        text: '.login:\n  before_script:\n    - docker login -u x -p "$CI_JOB_TOKEN" r\npush:\n  extends: .login\n  script: [docker push r/a]\n',
      },
      { path: '.gitlab-ci.yml', text: 'a:\n  extends: .elsewhere\n  script: [aws s3 ls]\n' },
      { path: '.gitlab-ci.yml', text: 'a:\n  script: ["sonar-scanner -Dsonar.token=$SONAR_TOKEN"]\n' },
      { gitlab: 'kubectl config use-context group/project:agent' },
    ],
  },
};

interface Around {
  readonly file: PipelineFile;
  /** Jobs whose steps run in one job with it. */
  readonly scope: readonly Job[];
  readonly judged: readonly Judged[];
}

/** Undefined for a job of which a part is not known here. */
function scopesOf(file: PipelineFile): (job: Job) => readonly Job[] | undefined {
  if (file.platform === 'github-actions' || file.platform === 'forgejo') return (job) => [job];
  // On other platforms each map with a script in it is read as a job.
  if (file.platform !== 'gitlab-ci') return () => file.jobs;
  const kin = kinOf([file]);
  const names = new Set(file.jobs.map(({ name }) => name));
  return (job) => {
    const scope = kin(job);
    const extended = scope.flatMap(({ tree }) =>
      leavesOf(child(tree, 'extends')).map(({ text }) => text.value),
    );
    return extended.every((name) => names.has(name)) ? scope : undefined;
  };
}

function spotOf(tool: AmbientTool, job: Job, around: Around): Spot[] {
  for (const step of job.steps) {
    const command = step.script?.shell.commands.find(
      ({ line }) => tool.uses.test(line) && tool.except?.test(line) !== true,
    );
    if (command === undefined || step.script === undefined) continue;
    if (isGiven(tool, job, around)) return [];
    const { text } = step.script;
    const span = { start: text.at(command.span.start), end: text.at(command.span.end - 1) + 1 };
    const message = `\`${tool.name}\` is used here, and nothing in the file gives it a credential.`;
    return [{ span, message, job: job.name, step: step.name }];
  }
  return [];
}

const federation = /oidc|web[-_]?identity|assume[-_]?role|role[-_]arn|workload[-_]?identity|ephemeral-creds/i;
const giving = /ephemeral-creds|secrets?-action|doppler|1password|infisical|akeyless|^\.\.?\//;

function isGiven(tool: AmbientTool, job: Job, { file, scope, judged }: Around): boolean {
  const steps = scope.flatMap((each) => each.steps);
  const actions = steps.flatMap(({ action }) => action?.name ?? []);
  if (actions.some((name) => tool.actions.test(name) || giving.test(name))) return true;
  if (isHanded(tool, scope, judged) || hasIdToken(tool, job, { file, scope })) return true;
  const variables = [file, ...scope, ...steps].flatMap((each) => each.variables.map(({ name }) => name));
  const commands = steps.flatMap(({ script }) => (script === undefined ? [] : startedCommands(script.shell)));
  const set = commands.flatMap(({ assigns }) => assigns.map(({ name }) => name));
  return (
    [...variables, ...set].some((name) => tool.variables.test(name)) ||
    commands.some(({ line, writes }) => [line, ...writes].some((each) => tool.commands.test(each))) ||
    scope.some(({ tree: { span } }) => federation.test(file.source.text.slice(span.start, span.end)))
  );
}

function isHanded({ kinds }: AmbientTool, scope: readonly Job[], judged: readonly Judged[]): boolean {
  return judged.some(
    ({ use, rule }) =>
      rule !== undefined && kinds.includes(rule.id) && (use.job === undefined || scope.includes(use.job)),
  );
}

/** GitLab’s are made for one party, which a command or a variable names; GitHub’s may be for a registry. */
function hasIdToken(
  { takesIdToken }: AmbientTool,
  job: Job,
  { file, scope }: Pick<Around, 'file' | 'scope'>,
): boolean {
  if (scope.some(({ idTokens }) => idTokens.length > 0)) return true;
  return takesIdToken === true && grantsIdToken(job.permissions ?? file.permissions);
}
