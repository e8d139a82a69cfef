import type { FileRule } from './rule.ts';

export const notRevoked: FileRule = {
  id: 'EO308',
  name: 'not-revoked',
  what: 'Giving back a credential at the end of the job is switched off.',
  severity: 'warning',
  why: 'It then lives until it expires, and a copy in a log or an artifact is good for as long.',
  hint: {
    text: 'Leave the switch out; where another job needs the credential, let it borrow its own.',
    before: '- uses: actions/create-github-app-token@v3\n  with:\n    skip-token-revoke: true',
    after:
      '- uses: org/ephemeral-creds@v1\n  with:\n    broker-url: https://broker.example.com\n    role: app-token',
  },
  find: ({ jobs }) =>
    jobs.flatMap((job) =>
      job.steps.flatMap((step) =>
        step.inputs
          .filter(({ name, text }) =>
            switches.some(([input, off]) => input.test(name) && off.test(text.value.trim())),
          )
          .map(({ span }) => ({ span, job: job.name, step: step.name })),
      ),
    ),
  examples: {
    finds: [
      { step: 'uses: actions/create-github-app-token@v3\nwith:\n  skip-token-revoke: true' },
      { step: 'uses: google-github-actions/auth@v3\nwith:\n  cleanup_credentials: false' },
      {
        step: 'uses: org/ephemeral-creds@v1\nwith:\n  broker-url: https://broker.example.com\n  role: deploy\n  revoke: false',
      },
    ],
    passes: [
      { step: 'uses: actions/create-github-app-token@v3\nwith:\n  skip-token-revoke: false' },
      {
        step: 'uses: org/ephemeral-creds@v1\nwith:\n  broker-url: https://broker.example.com\n  role: deploy\n  revoke: true',
      },
    ],
  },
};

/** Inputs by which actions are told not to, and the value that does. */
const switches: readonly (readonly [RegExp, RegExp])[] = [
  [/^skip[-_]token[-_]revoke$/i, /^true$/i],
  [/^(cleanup_credentials|revoke|revoke[-_]token|logout|cleanup)$/i, /^false$/i],
];
