import { accessUsage, adminAccess, adminExits, graceFlag, reasonFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const secretPut: Command = {
  name: 'secret put',
  text: 'Put a value into a broker that keeps it as a secret, for its operators',
  more: 'The value comes from standard input alone, less one line end at its end; at a terminal it is asked for and not shown. It is lent from then on, and the version of before is kept for a time of grace. The value that is there already changes nothing. Needs Node 24 or later.',
  usage: `NAME --reason TEXT [--grace DURATION] ${accessUsage}`,
  flags: [reasonFlag, graceFlag, ...adminAccess],
  operands: { least: 1, most: 1 },
  examples: [
    { words: 'secret put legacy-token --reason "first value" <token.txt', text: 'from a file' },
    {
      words: 'secret put legacy-token --reason INC-7 --grace 0s',
      text: 'the value of before is known to others',
    },
  ],
  exits: adminExits,
  does: { run: (said, { next }) => next.secret(said.words) },
};
