import { findsLiterals, joined } from './literal-rule.ts';
import type { FileRule } from './rule.ts';

export const literalPrivateKey: FileRule = {
  id: 'EO403',
  name: 'literal-private-key',
  what: 'A private key is written out in the file.',
  severity: 'error',
  why: 'Whoever has a clone has the key, and everything that trusts it.',
  hint: {
    text: 'Take its public half out of every place that trusts it, then let the job make a key of its own that a certificate vouches for.',
    before: 'env:\n  KEY: |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    …',
    after:
      '- uses: org/ephemeral-creds@v1\n  with:\n    broker-url: https://broker.example.com\n    role: web-deploy\n    export: ssh',
  },
  find: findsLiterals('private-key'),
  examples: {
    finds: [
      {
        step: `run: ssh-add key\nenv:\n  KEY: |\n    ${joined('-----', 'BEGIN')} OPENSSH PRIVATE KEY-----\n    b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB`,
      },
    ],
    passes: [{ step: `run: grep -L "${joined('-----', 'BEGIN')} PRIVATE KEY-----" *.pem` }],
  },
};
