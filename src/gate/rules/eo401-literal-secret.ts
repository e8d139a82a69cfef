import { findsLiterals, joined } from './literal-rule.ts';
import type { FileRule } from './rule.ts';

export const literalSecret: FileRule = {
  id: 'EO401',
  name: 'literal-secret',
  what: 'A long-lived secret is written out in the file.',
  severity: 'error',
  why: 'It is in the history of every clone: only a change of the secret itself helps.',
  hint: {
    text: 'Revoke it where it was made, now. Then let the job borrow what it needs.',
    before: 'env:\n  GH_TOKEN: ghp_…',
    after: 'env:\n  GH_TOKEN: ${{ github.token }}',
  },
  find: findsLiterals('long-lived'),
  examples: {
    // Put together, so that no scanner finds a token here.
    finds: [
      {
        step: `run: gh release list\nenv:\n  GH_TOKEN: ${joined('gh', 'p_')}a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8`,
      },
      { step: `run: aws s3 ls\nenv:\n  KEY: ${joined('AK', 'IA')}Q2W3E4R5T6Y7U2I3` },
    ],
    passes: [
      { step: 'run: gh release list\nenv:\n  GH_TOKEN: ${{ github.token }}' },
      { step: 'run: psql postgres://app:app@localhost:5432/app' },
      { step: 'uses: actions/checkout@1af3b93b6815bc44a9784bd300feb67ff0d1eeb3' },
    ],
  },
};
