import type { Job, PipelineFile, Step } from '../files/file.ts';
import { doneIn, idTokenBy, publishes, takesCredential, takesOidc } from './oidc-steps.ts';
import type { FileRule, Spot } from './rule.ts';

export const strangersBeforeCredential: FileRule = {
  id: 'EO303',
  name: 'strangers-before-credential',
  what: 'A job that may ask for an ID token runs other people’s code before it does.',
  severity: 'warning',
  why: 'Whatever a dependency, a test, a cache or an action by tag runs first can ask for the token as well, or change what comes after.',
  hint: {
    text: 'Build and test in a job without `id-token`, hand over the artifact, and pin third-party actions by commit.',
    before:
      'deploy:\n  permissions:\n    id-token: write\n  steps:\n    - uses: actions/checkout@v6\n    - run: npm ci && npm test\n    - uses: aws-actions/configure-aws-credentials@v6',
    after:
      'deploy:\n  needs: build\n  permissions:\n    id-token: write\n  steps:\n    - uses: actions/download-artifact@v7\n    - uses: aws-actions/configure-aws-credentials@v6',
  },
  find: (file) => (file.kind === 'workflow' ? file.jobs.flatMap((job) => spots(job, file)) : []),
  examples: {
    finds: [
      {
        text: 'on: workflow_call\njobs:\n  deploy:\n    steps:\n      - run: npm ci\n      - uses: azure/login@v3\n        with:\n          client-id: c\n',
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: sigstore/cosign-installer@0123456789abcdef0123456789abcdef01234567\n  - run: npm ci\n  - run: cosign sign-blob --yes sbom.json',
        lines: [8],
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - run: pnpm install\n  - uses: changesets/action@v1',
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm ci\n  - run: pnpm exec changeset publish',
      },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm ci\n  - run: make sign-images' },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm ci\n  - uses: ./.github/actions/login\n    with:\n      aws-role-arn: r',
      },

      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: actions/checkout@v6\n  - run: npm ci\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      role-to-assume: r',
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: somebody/setup-tool@v1\n  - uses: google-github-actions/auth@v3\n    with:\n      workload_identity_provider: p',
      },
    ],
    passes: [
      {
        text: 'on: workflow_call\njobs:\n  sign:\n    steps:\n      - run: npm ci\n      - run: cosign sign x\n',
      },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm ci\n  - run: gh release create v1' },

      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: actions/checkout@v6\n  - uses: somebody/setup-tool@0123456789abcdef0123456789abcdef01234567\n  - uses: azure/login@v3\n    with:\n      client-id: c',
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      role-to-assume: r\n  - run: npm ci',
      },
    ],
  },
};

function spots(job: Job, file: PipelineFile): Spot[] {
  const by = idTokenBy(job, file);
  // What all jobs of a file are given is EO301’s.
  if (by === undefined || by === 'file') return [];
  const steps = job.steps.flatMap((step) => doneIn(step).map((each) => ({ each, step })));
  const before = steps.slice(0, Math.max(credentialAt(steps, by), 0));
  const first = before.find(({ each }) => strangerIn(each) !== undefined);
  if (first === undefined) return [];
  const { each, step } = first;
  return [
    {
      span: step.action?.span ?? step.span,
      message: `The job may ask for an ID token and first ${strangerIn(each) ?? ''}.`,
      job: job.name,
      step: step.name,
    },
  ];
}

/** @param by a caller elsewhere gives the right only to what cannot do without */
function credentialAt(steps: readonly { readonly each: Step }[], by: 'job' | 'caller'): number {
  if (by === 'caller') return steps.findIndex(({ each }) => takesCredential(each));
  const sure = steps.findIndex(({ each }) => takesOidc(each) || publishes(each));
  return sure >= 0 ? sure : steps.findIndex(({ each }) => ships(each));
}

/** Where nothing else shows what the token is for. */
const shipping =
  /^(?!(gh|git|echo|printf|cat|grep|test|curl|helm) )(\S+ ){0,4}\S*(^|[^a-z])(publish|deploy|release|sign)([^a-z]|$)/i;

function ships({ script }: Step): boolean {
  return script?.shell.commands.some(({ line }) => shipping.test(line.slice(0, 200))) === true;
}

const installs =
  /^((npm|pnpm|yarn|bun|pip|pip3|poetry|pdm|uv|pipenv|bundle|gem|composer|cargo|go|dotnet|mvn|mvnw|gradle|gradlew|flutter|dart|mix|conda|brew|apt|apt-get) (.* )?(i|ci|install|add|sync|restore|get|fetch|update|test|check|run test|run build|build|verify|package|bundle)|yarn|npm t|make( .*)?(test|check|build|install|all)|make|pytest|tox|nox|jest|vitest|go test|phpunit|rspec)\b/;

function strangerIn({ action, inputs, script }: Step): string | undefined {
  if (script?.shell.commands.some(({ line }) => installs.test(line)) === true)
    return 'installs, builds or tests';
  if (action === undefined || action.name.startsWith('./')) return undefined;
  if (/^actions\/cache(\/restore)?$/.test(action.name)) return 'restores a cache';
  if (
    action.name.startsWith('actions/setup-') &&
    inputs.some(({ name, text }) => name === 'cache' && text.value !== 'false')
  )
    return 'restores a cache';
  const own = /^(actions|github|aws-actions|azure|google-github-actions|hashicorp)\//.test(action.name);
  if (own || /^[0-9a-f]{40}$/.test(action.ref) || action.name.includes('@sha256:')) return undefined;
  return `runs \`${action.name}\`, which is not pinned`;
}
