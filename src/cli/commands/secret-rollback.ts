import { accessUsage, adminAccess, adminExits, graceFlag, reasonFlag, versionFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const secretRollback: Command = {
  name: 'secret rollback',
  text: 'Lend an earlier version of a secret again, for the broker’s operators',
  more: 'One whose time of grace is not over: `secret show` lists them. Needs Node 24 or later.',
  usage: `NAME --version-number N --reason TEXT [--grace DURATION] ${accessUsage}`,
  flags: [versionFlag, reasonFlag, graceFlag, ...adminAccess],
  operands: { least: 1, most: 1 },
  examples: [
    {
      words: 'secret rollback legacy-token --version-number 3 --reason "4 does not log in"',
      text: 'after a bad value',
    },
  ],
  exits: adminExits,
  does: { run: (said, { next }) => next.secret(said.words) },
};
