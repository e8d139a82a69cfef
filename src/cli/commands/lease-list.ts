import { accessUsage, adminAccess, adminExits, leaseSelectors } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const leaseList: Command = {
  name: 'lease list',
  text: 'List the leases of a broker, for its operators',
  more: 'The youngest first; those that may still serve, if nothing else is said. Needs Node 24 or later.',
  usage: `[SELECTOR…] [--state STATE] [--limit N] ${accessUsage}`,
  flags: [
    ...leaseSelectors,
    {
      name: 'state',
      value: 'STATE',
      text: '`live`, `all`, or one state of a lease; left out, `live`.',
      completes: [
        'live',
        'all',
        'intent',
        'active',
        'revoking',
        'revoked',
        'expired',
        'failed',
        'void',
        'superseded',
      ],
    },
    { name: 'limit', value: 'N', text: 'So many at most; left out, 100.' },
    ...adminAccess,
  ],
  examples: [
    { words: 'lease list --repository octo-org/octo-repo', text: 'what a repository holds now' },
    { words: 'lease list --role deploy-prod --since 24h --state all --json', text: 'for a report' },
  ],
  exits: adminExits,
  does: { run: (said, { next }) => next.lease(said.words) },
};
