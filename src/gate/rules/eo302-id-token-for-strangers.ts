import { grantsIdToken } from './oidc-steps.ts';
import type { FileRule } from './rule.ts';

export const idTokenForStrangers: FileRule = {
  id: 'EO302',
  name: 'id-token-for-strangers',
  what: 'An ID token is granted in a workflow that strangers can start.',
  severity: 'error',
  why: 'The workflow runs with the rights of the default branch on what a stranger has sent, and the token says so: the cloud cannot tell.',
  hint: {
    text: 'Split it: what is done for a stranger’s event needs no ID token; deploy in a workflow that is started by a push.',
    before: 'on: pull_request_target\npermissions:\n  id-token: write',
    after: 'on:\n  push:\n    branches: [main]',
  },
  find: ({ triggers, permissions, jobs }) => {
    const risky = triggers.find(({ name }) =>
      /^(pull_request_target|workflow_run|issue_comment)$/.test(name),
    );
    if (risky === undefined) return [];
    const message = `An ID token is granted in a workflow that \`${risky.name}\` starts.`;
    const granted = [
      { permissions, job: undefined },
      ...jobs.map((job) => ({ permissions: job.permissions, job: job.name })),
    ];
    return granted.flatMap(({ permissions: each, job }) => {
      if (each === undefined || !grantsIdToken(each)) return [];
      const scope = each.scopes.find(({ name }) => name === 'id-token');
      return [{ span: scope?.span ?? each.span, message, job }];
    });
  },
  examples: {
    finds: [
      {
        text: 'on: pull_request_target\njobs:\n  a:\n    permissions:\n      id-token: write\n    steps: []\n',
        lines: [5],
      },
      { text: 'on:\n  workflow_run:\n    workflows: [ci]\npermissions:\n  id-token: write\njobs: {}\n' },
    ],
    passes: [
      { text: 'on: pull_request\njobs:\n  a:\n    permissions:\n      id-token: write\n    steps: []\n' },
      { text: 'on: issue_comment\njobs:\n  a:\n    permissions:\n      issues: write\n    steps: []\n' },
    ],
  },
};
