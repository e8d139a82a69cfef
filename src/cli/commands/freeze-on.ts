import { accessUsage, adminAccess, adminExits, reasonFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const freezeOn: Command = {
  name: 'freeze on',
  text: 'Stop all lending of a broker and its replicas, for its operators',
  more: 'What is lent stays, and is given back as always: `lease revoke` ends it. It holds until `freeze off`, also across restarts. Needs Node 24 or later.',
  usage: `--reason TEXT ${accessUsage}`,
  flags: [reasonFlag, ...adminAccess],
  examples: [
    { words: 'freeze on --reason "INC-7: runner image replaced"', text: 'before anything is looked into' },
  ],
  exits: adminExits,
  does: { run: (said, { next }) => next.freeze(said.words) },
};
