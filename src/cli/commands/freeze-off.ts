import { accessUsage, adminAccess, adminExits, reasonFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const freezeOff: Command = {
  name: 'freeze off',
  text: 'Let a broker lend again, for its operators',
  more: 'Needs Node 24 or later.',
  usage: `--reason TEXT ${accessUsage}`,
  flags: [reasonFlag, ...adminAccess],
  examples: [{ words: 'freeze off --reason "INC-7 is over"', text: 'afterwards' }],
  exits: adminExits,
  does: { run: (said, { next }) => next.freeze(said.words) },
};
