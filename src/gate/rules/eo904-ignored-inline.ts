import type { RuleText } from './rule.ts';

/** Looking for remarks that are addressed to the gate says so; see inline-remarks.ts. */
export const ignoredInline: RuleText = {
  id: 'EO904',
  name: 'ignored-inline',
  what: 'A remark in the file tells the gate to look away, and no waiver says so.',
  severity: 'error',
  why: 'A remark has no owner and no end, and whoever brings the secret in writes it. The gate never heeds one.',
  hint: {
    text: 'Take the remark out. Where the finding has to wait, write a waiver with an owner, a reason, a ticket and an end into .ephemeral-creds.yml.',
    before: '- run: docker login -p "$HUB"   # ephemeral-creds: ignore EO105',
    after:
      'waivers:\n  - rule: EO105\n    path: .github/workflows/ci.yml\n    owner: platform\n    reason: the registry has no OIDC yet\n    ticket: SEC-42\n    expires: 2026-12-31',
  },
  examples: {
    finds: [
      {
        text: 'on: push\njobs:\n  a:\n    steps:\n      - run: make # ephemeral-creds: ignore EO101\n',
        lines: [5],
      },
      { text: '# ephemeral-creds: disable\non: push\njobs: {}\n', lines: [1] },
      { gitlab: 'make   # ephemeral-creds:ignore EO105, EO106' },
    ],
    passes: [
      { text: '# ephemeral-creds lends what this job needs\non: push\njobs: {}\n' },
      { step: 'run: echo "see ephemeral-creds: ignore EO101"' },
    ],
  },
};
