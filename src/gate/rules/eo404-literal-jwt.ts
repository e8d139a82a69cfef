import { findsLiterals, joined } from './literal-rule.ts';
import type { FileRule } from './rule.ts';

export const literalJwt: FileRule = {
  id: 'EO404',
  name: 'literal-jwt',
  what: 'A JWT that lives longer than an hour is written out in the file.',
  severity: 'error',
  why: 'A bearer token works for whoever has it, until it ends, if it does.',
  hint: {
    text: 'Have its issuer refuse it, and ask for a token in the job by its ID token.',
    before: 'env:\n  TOKEN: eyJ…',
    after: 'env:\n  TOKEN: ${{ steps.loan.outputs.token }}',
  },
  find: findsLiterals('jwt'),
  examples: {
    finds: [
      {
        step: `run: ./x.sh\nenv:\n  TOKEN: ${joined('ey', 'J')}hbGciOiJIUzI1NiJ9.${joined('ey', 'J')}zdWIiOiJkZXBsb3kiLCJhIjoxfQ.c2lnbmF0dXJlLW9mLWl0LWFsbA`,
      },
    ],
    passes: [{ step: 'run: ./x.sh\nenv:\n  TOKEN: ${{ steps.loan.outputs.token }}' }],
  },
};
