import type { Job, Step } from '../files/file.ts';
import { grantsIdToken, publishes, takesOidc } from './oidc-steps.ts';
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
  find: ({ jobs }) => jobs.flatMap((job) => (grantsIdToken(job.permissions) ? spots(job) : [])),
  examples: {
    finds: [
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

function spots(job: Job): Spot[] {
  const sure = job.steps.findIndex((step) => takesOidc(step) || publishes(step));
  const at = sure >= 0 ? sure : job.steps.findIndex(ships);
  const before = job.steps.slice(0, Math.max(at, 0));
  const step = before.find((each) => strangerIn(each) !== undefined);
  if (step === undefined) return [];
  const what = strangerIn(step) ?? '';
  return [
    {
      span: step.action?.span ?? step.span,
      message: `The job may ask for an ID token and first ${what}.`,
      job: job.name,
      step: step.name,
    },
  ];
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
