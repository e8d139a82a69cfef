import { bashCompletion } from '../completion-bash.ts';
import { fishCompletion } from '../completion-fish.ts';
import { zshCompletion } from '../completion-zsh.ts';
import { Misuse } from '../misuse.ts';
import type { Command } from './command.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
const shells = Object.keys(scripts) as (keyof typeof scripts)[];

export const completion: Command = {
  name: 'completion',
  text: 'Print a script that teaches a shell the words of this command line',
  usage: 'bash|zsh|fish',
  operands: { least: 1, most: 1, completes: shells },
  examples: [
    { words: 'completion bash > ~/.local/share/bash-completion/completions/ephemeral-creds', text: 'bash' },
    { words: 'completion zsh > ~/.zfunc/_ephemeral-creds', text: 'zsh, where `fpath` has that folder' },
    { words: 'completion fish > ~/.config/fish/completions/ephemeral-creds.fish', text: 'fish' },
  ],
  does: {
    answer: ({ operands: [asked] }, commands) => {
      const shell = shells.find((name) => name === asked);
      if (shell === undefined) throw new Misuse(`there are scripts for ${shells.join(', ')}`);
      return scripts[shell](commands);
    },
  },
};
