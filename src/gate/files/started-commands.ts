import type { ShellCommand, ShellScript } from './shell.ts';

const mostDepth = 3;

/** The commands of a script, and of the scripts of the repository that it starts. */
export function startedCommands(
  { commands, calls = new Map() }: ShellScript,
  depth = 0,
): readonly ShellCommand[] {
  if (depth >= mostDepth) return commands;
  return [...commands, ...[...calls.values()].flatMap(({ shell }) => startedCommands(shell, depth + 1))];
}
