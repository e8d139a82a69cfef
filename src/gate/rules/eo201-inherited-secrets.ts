import type { FileRule } from './rule.ts';

export const inheritedSecrets: FileRule = {
  id: 'EO201',
  name: 'inherited-secrets',
  what: '`secrets: inherit` hands every secret of the repository to another workflow.',
  severity: 'warning',
  why: 'Nobody can read in this file what the other workflow gets, and a change there takes more without a change here.',
  hint: {
    text: 'Hand over by name what the workflow needs; better, let it borrow by its own ID token.',
    before: 'jobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n    secrets: inherit',
    after:
      'jobs:\n  deploy:\n    uses: ./.github/workflows/deploy.yml\n    permissions:\n      id-token: write',
  },
  find: ({ jobs }) =>
    jobs.flatMap(({ name, calls }) =>
      calls?.inherits === undefined ? [] : [{ span: calls.inherits, job: name }],
    ),
  examples: {
    finds: [{ job: 'uses: ./.github/workflows/deploy.yml\nsecrets: inherit' }],
    passes: [{ job: 'uses: ./.github/workflows/deploy.yml\nsecrets:\n  key: ${{ secrets.KEY }}' }],
  },
};
