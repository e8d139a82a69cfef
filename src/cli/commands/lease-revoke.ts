import { accessUsage, adminAccess, adminExits, leaseSelectors, reasonFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const leaseRevoke: Command = {
  name: 'lease revoke',
  text: 'Revoke leases of a broker and end their sessions, for its operators',
  more: 'Says first how much it would be and asks; with `--yes` it asks nobody. What cannot be revoked at once is told; the broker goes on with it. Needs Node 24 or later.',
  usage: `[LEASE_ID | SELECTOR… | --all] --reason TEXT [--dry-run] [--yes] ${accessUsage}`,
  flags: [
    ...leaseSelectors,
    { name: 'all', text: 'Every lease of the broker.' },
    reasonFlag,
    { name: 'dry-run', text: 'Only tell how much it would be.' },
    { name: 'yes', text: 'Do not ask. Needed where nobody can be asked.' },
    { name: 'wait', value: 'DURATION', text: 'Wait so long for the backends, up to 30s; left out, 5s.' },
    ...adminAccess,
  ],
  operands: { least: 0, most: 1 },
  examples: [
    {
      words: 'lease revoke --repository octo-org/octo-repo --reason "INC-7: token in a log"',
      text: 'all that a repository holds',
    },
    { words: 'lease revoke --commit 6dcb09b5… --reason INC-8 --yes', text: 'in a script' },
  ],
  exits: { '0': 'revoked, or queued to be', ...adminExits },
  does: { run: (said, { next }) => next.lease(said.words) },
};
