import type { CredentialRule } from './rule.ts';

export const refreshToken: CredentialRule = {
  id: 'EO117',
  name: 'refresh-token',
  what: 'A refresh token or a cookie of a person’s session.',
  severity: 'error',
  why: 'It is a person’s login that renews itself: it outlives password changes and knows no second factor.',
  hint: {
    text: 'Use an account of a service that takes the job’s ID token; where there is none, let the broker hold the refresh token and lend what it is traded for.',
    before: '- run: ./publish.sh\n  env:\n    REFRESH_TOKEN: ${{ secrets.REFRESH_TOKEN }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    with:\n      broker-url: https://broker.example.com\n      role: STORE=store-access\n  - run: ./publish.sh',
  },
  recognises: {
    inputs: [{ input: /(.*[-_])?(refresh[-_]?token|cookies?|session[-_]?(cookie|token))/ }],
    variables: [/(.*_)?(REFRESH_TOKEN|COOKIES?|SESSION_COOKIE)/],
    names: [/(.*_)?(REFRESH_?TOKEN|COOKIES?|SESSION_?(COOKIE|TOKEN|ID)|SESSDATA|SESSION)(_.*)?/],
  },
  examples: {
    finds: [
      { step: 'run: ./publish.sh\nenv:\n  REFRESH_TOKEN: ${{ secrets.STORE }}' },
      { step: 'run: ./read.py\nenv:\n  C: ${{ secrets.FORUM_COOKIE }}' },
    ],
    passes: [{ step: 'run: ./publish.sh\nenv:\n  CLIENT_ID: ${{ secrets.STORE_CLIENT_ID }}' }],
  },
};
