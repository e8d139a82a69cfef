import { nearest } from '../domain/near-miss.ts';
import type { Command } from './commands/command.ts';
import { Misuse } from './misuse.ts';

/** The command whose name the words begin with, and what stands behind it. @throws Misuse */
export function findCommand(
  words: readonly string[],
  commands: readonly Command[],
): { command: Command; rest: readonly string[] } {
  const [first = '', second] = words;
  const command =
    commands.find(({ name }) => name === `${first} ${second ?? ''}`) ??
    commands.find(({ name }) => name === first);
  if (command !== undefined) return { command, rest: words.slice(command.name.split(' ').length) };
  throw unknown(words, commands);
}

/** All commands that the words name: one, or the whole family of a noun (`broker`). @throws Misuse */
export function findCommands(words: readonly string[], commands: readonly Command[]): Command[] {
  const [first = '', second] = words;
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  return second === undefined && family.length > 0 ? family : [findCommand(words, commands).command];
}

function unknown([first = '', second]: readonly string[], commands: readonly Command[]): Misuse {
  const verbs = commands
    .map(({ name }) => name.split(' '))
    .filter(([noun]) => noun === first)
    .flatMap(([, verb]) => (verb === undefined ? [] : [verb]));
  if (verbs.length > 0) {
    const near = second === undefined ? undefined : nearest(verbs, second);
    const meant = near === undefined ? '' : `; did you mean \`${first} ${near}\`?`;
    return new Misuse(`behind \`${first}\` goes ${verbs.map((verb) => `\`${verb}\``).join(' or ')}${meant}`);
  }
  if (first.startsWith('-')) return new Misuse('the command comes first, its options behind it');
  const nouns = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  const near = nearest(nouns, first);
  // What was typed is not repeated: it may be anything, a secret in the wrong place too.
  return new Misuse(`that is not a command${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
}
