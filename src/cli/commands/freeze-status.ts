import { accessUsage, adminAccess, adminExits } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const freezeStatus: Command = {
  name: 'freeze status',
  text: 'Tell whether a broker lends, and who stopped it and why, for its operators',
  more: 'Needs Node 24 or later.',
  usage: accessUsage,
  flags: adminAccess,
  examples: [{ words: 'freeze status', text: 'frozen or not' }],
  exits: adminExits,
  does: { run: (said, { next }) => next.freeze(said.words) },
};
