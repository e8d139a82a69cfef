import { grantsIdToken } from './oidc-steps.ts';
import type { FileRule } from './rule.ts';

export const idTokenForAllJobs: FileRule = {
  id: 'EO301',
  name: 'id-token-for-all-jobs',
  what: '`id-token: write` is granted to the whole workflow.',
  severity: 'warning',
  why: 'Every job, also the one that runs tests of strangers’ code, can ask for an ID token that the cloud believes.',
  hint: {
    text: 'Grant it in the job that needs it.',
    before: 'permissions:\n  id-token: write\njobs:\n  test: {}\n  deploy: {}',
    after:
      'permissions:\n  contents: read\njobs:\n  test: {}\n  deploy:\n    permissions:\n      id-token: write',
  },
  find: ({ permissions }) => {
    if (permissions === undefined || !grantsIdToken(permissions)) return [];
    const scope = permissions.scopes.find(({ name }) => name === 'id-token');
    return [{ span: scope?.span ?? permissions.span }];
  },
  examples: {
    finds: [
      { text: 'on: push\npermissions:\n  id-token: write\njobs: {}\n', lines: [3] },
      { text: 'on: push\npermissions: write-all\njobs: {}\n' },
    ],
    passes: [
      { job: 'permissions:\n  id-token: write\nsteps: []' },
      { text: 'on: push\npermissions:\n  id-token: none\njobs: {}\n' },
    ],
  },
};
