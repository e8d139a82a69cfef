import type { FileRule } from './rule.ts';

export const allSecrets: FileRule = {
  id: 'EO202',
  name: 'all-secrets',
  what: 'All secrets at once, or one whose name is calculated.',
  severity: 'error',
  why: 'The runner has to hand over every secret of the repository, and none of them can be missed in a review.',
  hint: {
    text: 'Name each secret where it is used.',
    before: 'env:\n  SECRETS: ${{ toJSON(secrets) }}',
    after: 'env:\n  TOKEN: ${{ steps.loan.outputs.token }}',
  },
  find: ({ references }) =>
    references
      .filter(({ reference }) => reference.context === 'secrets' && reference.whole)
      .map(({ span, job, step }) => ({ span, job: job?.name, step: step?.name })),
  examples: {
    finds: [
      { step: 'run: ./deploy.sh\nenv:\n  ALL: ${{ toJSON(secrets) }}' },
      { step: "run: ./deploy.sh\nenv:\n  KEY: ${{ secrets[format('{0}_KEY', matrix.stage)] }}" },
    ],
    passes: [
      { step: "run: ./deploy.sh\nenv:\n  KEY: ${{ secrets['KEY'] }}" },
      { step: 'run: ./deploy.sh # ${{ toJSON(needs) }}' },
    ],
  },
};
