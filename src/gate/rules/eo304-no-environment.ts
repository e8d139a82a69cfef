import { grantsIdToken, takesCredential } from './oidc-steps.ts';
import type { FileRule } from './rule.ts';

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
  find: ({ jobs, permissions, platform, kind }) =>
    kind === 'action'
      ? []
      : jobs
          .filter(({ environment, steps, permissions: own, idTokens }) => {
            if (environment !== undefined) return false;
            if (platform === 'gitlab-ci') return idTokens.length > 0 && steps.length > 0;
            return grantsIdToken(own ?? permissions) && steps.some(takesCredential);
          })
          .map(({ name, span }) => ({ span, job: name })),
  examples: {
    finds: [
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
        job: 'permissions:\n  id-token: write\nsteps:\n  - uses: pypa/gh-action-pypi-publish@v1\n    with:\n      password: ${{ secrets.PYPI }}',
      },

      {
        job: 'environment: production\npermissions:\n  id-token: write\nsteps:\n  - uses: azure/login@v3\n    with:\n      client-id: c',
      },
      { job: 'permissions:\n  id-token: write\nsteps:\n  - uses: actions/attest-build-provenance@v3' },
    ],
  },
};
