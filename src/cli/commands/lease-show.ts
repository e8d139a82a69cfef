import { accessUsage, adminAccess, adminExits } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const leaseShow: Command = {
  name: 'lease show',
  text: 'Show one lease of a broker, for its operators',
  more: 'Needs Node 24 or later.',
  usage: `LEASE_ID ${accessUsage}`,
  flags: adminAccess,
  operands: { least: 1, most: 1 },
  examples: [{ words: 'lease show lse_5f1c0d9e8b7a6c5d4e3f2a1b', text: 'whose it is, and how it stands' }],
  exits: adminExits,
  does: { run: (said, { next }) => next.lease(said.words) },
};
