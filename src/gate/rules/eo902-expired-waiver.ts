import type { RuleText } from './rule.ts';

const path = '.ephemeral-creds.yml';

/** Reading the policy file says so; see apply-policy.ts. */
export const expiredWaiver: RuleText = {
  id: 'EO902',
  name: 'expired-waiver',
  what: 'A waiver has ended.',
  severity: 'error',
  why: 'What it put up with is still there, and nobody has answered for it since.',
  hint: {
    text: 'Mend what it was for and take it out; or have its owner give it a new end.',
    before: 'waivers:\n  - rule: EO105\n    expires: 2026-01-31',
    after: 'waivers: []',
  },
  examples: {
    finds: [
      {
        path,
        text: 'waivers:\n  - { rule: EO105, owner: a, reason: b, ticket: C-1, expires: 2020-01-31 }\n',
      },
    ],
    passes: [{ path, text: 'waivers: []\n' }],
  },
};
