import type { Command } from './commands/command.ts';

/** What an exit status means, for every command that has no meaning of its own for it (sysexits.h, and a shell’s 128 + signal). */
export const commonExits: Readonly<Record<string, string>> = {
  '0': 'done',
  '64': 'the words, a setting or a file of settings is wrong; nothing was sent',
  '65': 'the identity was refused',
  '66': 'policy said no, or what was lent is not what the options allow',
  '69': 'a server cannot be reached, or is not what it should be',
  '70': 'a defect, or something that the machine would not do',
  '75': 'try again later',
  '130': 'stopped by SIGINT',
  '143': 'stopped by SIGTERM',
};

/** Every exit status of a command and its meaning. */
export function exitsOf({ exits = {}, failure }: Command): readonly (readonly [string, string])[] {
  const common = failure === undefined ? commonExits : {};
  return Object.entries({ ...common, ...exits }).toSorted(([a], [b]) => parseInt(a) - parseInt(b));
}
