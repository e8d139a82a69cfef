import type { RuleText } from './rule.ts';

/** Comparing the policy file with the base branch’s says so; see policy-downgrade.ts. */
export const policyDowngraded: RuleText = {
  id: 'EO906',
  name: 'policy-downgraded',
  what: 'This change lets the policy file put up with more than before.',
  severity: 'error',
  why: 'Whoever brings a secret in could bring its exception in with it, and nobody would have said yes to that.',
  hint: {
    text: 'Change the policy file in a pull request of its own, which those who own it look at and merge over this finding. Where the branch cannot be read, fetch it: `fetch-depth: 0`, `GIT_DEPTH: 0`.',
    before: 'mode: report\nclassification:\n  DEPLOY_KEY: identifier',
    after: 'mode: enforce',
  },
  examples: {
    finds: [
      { path: '.ephemeral-creds.yml', text: 'mode: report\n', before: 'mode: enforce\n', lines: [1] },
      {
        path: '.ephemeral-creds.yml',
        text: 'classification:\n  DEPLOY_KEY: identifier\n',
        before: '',
        lines: [2],
      },
      {
        path: '.ephemeral-creds.yml',
        text: 'mode: enforce\nwaivers:\n  - { rule: EO105, owner: a, reason: b, ticket: C-1, expires: 2026-07-31 }\n',
        before:
          'waivers:\n  - { rule: EO105, secret: HUB, owner: a, reason: b, ticket: C-1, expires: 2026-07-31 }\n',
        lines: [3],
      },
    ],
    passes: [
      { path: '.ephemeral-creds.yml', text: 'mode: enforce\n', before: 'mode: report\n' },
      {
        path: '.ephemeral-creds.yml',
        text: 'waivers:\n  - { rule: EO105, secret: HUB, owner: a, reason: b, ticket: C-1, expires: 2026-06-30 }\n',
        before: 'waivers:\n  - { rule: EO105, owner: a, reason: b, ticket: C-1, expires: 2026-07-31 }\n',
      },
    ],
  },
};
