import { findCommands } from '../find-command.ts';
import { commandHelp, overview } from '../help.ts';
import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  text: 'Tell how a command is used',
  usage: '[COMMAND]',
  operands: { least: 0, most: 2, completes: 'command' },
  examples: [{ words: 'help exec', text: 'the same as `ephemeral-creds exec --help`' }],
  does: {
    answer: ({ operands }, commands) => {
      if (operands.length === 0) return overview(commands);
      return findCommands(operands, commands).map(commandHelp).join('\n');
    },
  },
};
