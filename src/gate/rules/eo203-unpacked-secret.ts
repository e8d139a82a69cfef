import type { FileRule } from './rule.ts';

export const unpackedSecret: FileRule = {
  id: 'EO203',
  name: 'unpacked-secret',
  what: 'A part of a secret that holds several.',
  severity: 'warning',
  why: 'The runner masks the secret as a whole; its parts are in the log in clear.',
  hint: {
    text: 'Keep each value by itself; better, borrow it where it is needed, so that it is masked and ends.',
    before: 'env:\n  PASSWORD: ${{ fromJSON(secrets.CONFIG).password }}',
    after: 'env:\n  PASSWORD: ${{ steps.loan.outputs.password }}',
  },
  find: ({ references }) =>
    references
      .filter(({ reference }) => reference.context === 'secrets' && reference.unpacked)
      .map(({ span, job, step, reference }) => ({
        span,
        job: job?.name,
        step: step?.name,
        secret: reference.path[0],
      })),
  examples: {
    finds: [{ step: 'run: ./x.sh\nenv:\n  PASSWORD: ${{ fromJSON(secrets.CONFIG).password }}' }],
    passes: [{ step: 'run: ./x.sh\nenv:\n  NAME: ${{ fromJSON(needs.plan.outputs.stage).name }}' }],
  },
};
