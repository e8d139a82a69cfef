import type { Job, PipelineFile } from '../files/file.ts';
import { doneIn, idTokenBy, isPublishToken, publishesTrusted, takesCredential } from './oidc-steps.ts';
import type { FileRule, Judged } from './rule.ts';

export const noEnvironment: FileRule = {
  id: 'EO304',
  name: 'no-environment',
  what: 'A job takes a credential by its ID token and names no environment.',
  severity: 'warning',
  why: 'Without one the token says the branch at most: nobody can ask for an approval, and a trust policy cannot tell deploy jobs from others.',
  hint: {
    text: 'Name an environment, protect it, and put it into the trust policy.',
    before: 'deploy:\n  permissions:\n    id-token: write',
    after: 'deploy:\n  environment: production\n  permissions:\n    id-token: write',
  },
  find: (file, judged) =>
    file.kind === 'action'
      ? []
      : file.jobs
          .filter((job) => job.environment === undefined && takes(job, file, judged))
          .map(({ name, span }) => ({ span, job: name })),
  examples: {
    finds: [
      { job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm ci && npm publish --provenance' },
      {
        text: 'on:\n  workflow_call:\njobs:\n  deploy:\n    steps:\n      - uses: azure/login@v3\n        with:\n          client-id: c\n',
        lines: [4],
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: octo-org/our-octo-sts-action@v1\n    with:\n      policy: p',
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: ./.github/actions/cloud\n    with:\n      azure-client-id: c',
      },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - uses: octo-org/read-vault-secrets@v1' },

      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: aws-actions/configure-aws-credentials@v6\n    with:\n      role-to-assume: r',
      },
      {
        path: '.gitlab-ci.yml',
        text: 'job:\n  id_tokens:\n    T:\n      aud: https://vault.example.com\n  script: [./deploy.sh]\n',
      },
    ],
    passes: [
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm publish\n    env:\n      NODE_AUTH_TOKEN: ${{ secrets.NPM }}',
      },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - run: npm publish --dry-run' },
      {
        text: 'on:\n  workflow_call:\npermissions:\n  contents: read\njobs:\n  deploy:\n    steps:\n      - uses: azure/login@v3\n        with:\n          client-id: c\n',
      },
      {
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: pypa/gh-action-pypi-publish@v1\n    with:\n      password: ${{ secrets.PYPI }}',
      },

      {
        job: 'environment: production\npermissions:\n  id-token: write\nsteps:\n  - uses: azure/login@v3\n    with:\n      client-id: c',
      },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - uses: actions/attest-build-provenance@v3' },
    ],
  },
};

function takes(job: Job, file: PipelineFile, judged: readonly Judged[]): boolean {
  const { idTokens, steps } = job;
  if (file.platform === 'gitlab-ci') return idTokens.length > 0 && steps.length > 0;
  const by = idTokenBy(job, file);
  if (by === undefined) return false;
  const done = steps.flatMap(doneIn);
  if (done.some(takesCredential)) return true;
  return by !== 'caller' && done.some(publishesTrusted) && !hasPublishToken(job, file, judged);
}

/** Then what it publishes with is static, or was lent by a step that says so itself. */
function hasPublishToken(job: Job, file: PipelineFile, judged: readonly Judged[]): boolean {
  const variables = [...file.variables, ...job.variables];
  return (
    variables.some(({ name, text }) => isPublishToken(name, text.value)) ||
    judged.some(({ use, rule }) => rule?.id === 'EO104' && (use.job === undefined || use.job === job))
  );
}
