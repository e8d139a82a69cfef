import { accessUsage, adminAccess, adminExits, graceFlag, reasonFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const secretRotate: Command = {
  name: 'secret rotate',
  text: 'Let the program of a secret make a new value now, for the broker’s operators',
  more: 'It is `rotation` of the secret in broker.yaml. When it fails, the value of before stays. Needs Node 24 or later.',
  usage: `NAME --reason TEXT [--grace DURATION] ${accessUsage}`,
  flags: [reasonFlag, graceFlag, ...adminAccess],
  operands: { least: 1, most: 1 },
  examples: [
    { words: 'secret rotate legacy-token --reason "a job ran twice" --grace 1h', text: 'before it is due' },
  ],
  exits: adminExits,
  does: { run: (said, { next }) => next.secret(said.words) },
};
