import { accessUsage, adminAccess, adminExits } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const secretShow: Command = {
  name: 'secret show',
  text: 'Show the versions of a secret that a broker keeps, and who read it, for its operators',
  more: 'The value is not shown. Needs Node 24 or later.',
  usage: `NAME ${accessUsage}`,
  flags: adminAccess,
  operands: { least: 1, most: 1 },
  examples: [{ words: 'secret show legacy-token', text: 'which repositories still read it' }],
  exits: adminExits,
  does: { run: (said, { next }) => next.secret(said.words) },
};
