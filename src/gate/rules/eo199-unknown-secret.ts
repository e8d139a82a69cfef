import type { CredentialRule } from './rule.ts';

/** What no other rule knows; `decide` says so, not a pattern. */
export const unknownSecret: CredentialRule = {
  id: 'EO199',
  name: 'unknown-secret',
  what: 'A secret of which nothing tells what it is.',
  severity: 'warning',
  why: 'It may be a setting, and it may be the key to everything: nobody can tell without asking whoever put it there.',
  hint: {
    text: 'Say what it is in .ephemeral-creds.yml: `identifier` for what is no secret (and move it to a variable), or the kind of credential.',
    before: 'env:\n  THING: ${{ secrets.THING }}',
    after: '# .ephemeral-creds.yml\nclassification:\n  THING: identifier',
  },
  recognises: {},
  examples: {
    finds: [{ step: 'run: ./thing.sh\nenv:\n  THING: ${{ secrets.THING }}' }],
    passes: [
      {
        step: 'run: ./plan.sh\nenv:\n  ROLE: ${{ secrets.TF_ROLE_STAGING }}\n  ZONE: ${{ secrets.DNS_ZONE_ID_PROD }}',
      },
      {
        step: 'run: ./plan.sh\nenv:\n  TENANCY: ${{ secrets.TENANCY_OCID }}\n  APP: ${{ secrets.MOBILE_APP_IDENTIFIER }}',
      },
      { step: 'uses: example/forward@v1\nwith:\n  rule_id: ${{ secrets.COLLECTION_RULE }}' },
      { step: 'run: ./thing.sh\nenv:\n  THING: ${{ vars.THING }}' },
    ],
  },
};
