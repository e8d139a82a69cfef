import { findsLiterals, joined } from './literal-rule.ts';
import type { FileRule } from './rule.ts';

export const literalShortLived: FileRule = {
  id: 'EO402',
  name: 'literal-short-lived',
  what: 'A short-lived secret is written out in the file.',
  severity: 'warning',
  why: 'It has ended by now, but how it came here may come again with one that has not.',
  hint: {
    text: 'Take it out, and let the job borrow its own.',
    before: 'env:\n  AWS_ACCESS_KEY_ID: ASIA…',
    after:
      '- uses: org/ephemeral-creds@v1\n  with:\n    broker-url: https://broker.example.com\n    role: deploy',
  },
  find: findsLiterals('short-lived'),
  examples: {
    finds: [{ step: `run: aws s3 ls\nenv:\n  KEY: ${joined('AS', 'IA')}Q2W3E4R5T6Y7U2I3` }],
    passes: [{ step: 'run: aws s3 ls\nenv:\n  KEY: ${{ steps.loan.outputs.aws-access-key-id }}' }],
  },
};
