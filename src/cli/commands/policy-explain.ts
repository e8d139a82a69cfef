import type { Command } from './command.ts';

export const policyExplain: Command = {
  name: 'policy explain',
  text: 'Tell what trust policies would say to a job, condition by condition',
  more: 'The claims are what stands in the middle of an ID token, or under `unmapped.claims` in the audit log: one JSON object. Without a PATH all policies of broker.yaml are asked. Nothing is verified, lent or written. Needs Node 24 or later.',
  usage: '--claims FILE --role ROLE [PATH…] [--ttl DURATION] [--address IP] [--config FILE] [--json]',
  flags: [
    { name: 'claims', value: 'FILE', text: 'The job’s claims as JSON; never a token.', completes: 'file' },
    { name: 'role', value: 'ROLE', text: 'The role that it asks for.' },
    { name: 'ttl', value: 'DURATION', text: 'For how long: 15m, 1h; left out, as long as the role says.' },
    { name: 'address', value: 'IP', text: 'From where, for roles that ask for a network or a time.' },
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'broker.yaml, where issuers and roles stand; left out, the nearest one above the first PATH, or the one here.',
      completes: 'file',
    },
    { name: 'json', text: 'One JSON document in place of the text.' },
  ],
  operands: { least: 0, most: Infinity, completes: 'file' },
  examples: [
    {
      words: 'policy explain --claims claims.json --role deploy-prod',
      text: 'the policies of ./broker.yaml',
    },
  ],
  exits: { '0': 'it would be granted', '66': 'it would be denied' },
  does: { run: (said, { next }) => next.policy(said.words) },
};
