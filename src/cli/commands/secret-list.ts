import { accessUsage, adminAccess, adminExits } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const secretList: Command = {
  name: 'secret list',
  text: 'List the secrets that a broker keeps, for its operators',
  more: 'How old each is, how often it was read, whether it is due, and what ought to stand in its place. No value is shown, by no command. Needs Node 24 or later.',
  usage: accessUsage,
  flags: adminAccess,
  examples: [{ words: 'secret list --json', text: 'for a report of what is left to migrate' }],
  exits: adminExits,
  does: { run: (said, { next }) => next.secret(said.words) },
};
