import type { RuleText } from './rule.ts';

const path = '.ephemeral-creds.yml';

/** Reading the policy file says so; see apply-policy.ts. */
export const unansweredWaiver: RuleText = {
  id: 'EO903',
  name: 'unanswered-waiver',
  what: 'A waiver without an owner, a reason, a ticket, or an end within 90 days.',
  severity: 'error',
  why: 'An exception that nobody answers for, or that never ends, is the rule.',
  hint: {
    text: 'Say who answers for it, why, where it is tracked, and until when.',
    before: 'waivers:\n  - rule: EO105',
    after:
      'waivers:\n  - rule: EO105\n    secret: HUB_PASSWORD\n    owner: platform\n    reason: the registry has no OIDC yet\n    ticket: SEC-42\n    expires: 2026-12-31',
  },
  examples: {
    finds: [
      { path, text: 'waivers:\n  - rule: EO105\n' },
      {
        path,
        text: 'waivers:\n  - { rule: EO105, owner: a, reason: b, ticket: C-1, expires: 2999-01-31 }\n',
      },
    ],
    passes: [{ path, text: 'mode: report\n' }],
  },
};
