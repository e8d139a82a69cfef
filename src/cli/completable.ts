import type { Option } from '../domain/option.ts';
import type { Command, Completes, Flag } from './commands/command.ts';
import { flagsOf, optionsOf, pathOptions } from './shared-flags.ts';

/** Something that a shell may propose behind a command, as `--name`. */
export interface Word {
  readonly name: string;
  /** One letter, for `-c`. */
  readonly short?: string;
  /** Some words for people, without any that a shell might read. */
  readonly text: string;
  /** False for a switch. */
  readonly takesValue: boolean;
  readonly completes: Completes | undefined;
}

/** All words that begin with dashes behind a command. */
export function wordsOf(command: Command): readonly Word[] {
  const ofOptions = optionsOf(command).flatMap((option): Word[] => {
    const { name, type } = option;
    const text = short(option.text);
    const takesValue = type !== 'boolean';
    const word = { name, text, takesValue, completes: completesOf(option) };
    return takesValue ? [word] : [word, { ...word, name: `no-${name}`, text: `Not: ${text}` }];
  });
  return [...flagsOf(command).map(wordOf), ...ofOptions];
}

function wordOf({ name, short: letter, text, value, completes }: Flag): Word {
  const word = { name, text: short(text), takesValue: value !== undefined, completes };
  return letter === undefined ? word : { ...word, short: letter };
}

function completesOf({ name, choices }: Option): Completes | undefined {
  return choices ?? pathOptions[name];
}

/** Flags that take a value, each once: what a name means does not depend on the command. */
export function valuesOf(commands: readonly Command[]): readonly Word[] {
  const all = commands.flatMap(wordsOf).filter(({ takesValue }) => takesValue);
  return [...new Map(all.map((word) => [word.name, word])).values()];
}

/** The first words of all commands, each once, and what follows a noun. */
export function nounsOf(commands: readonly Command[]): ReadonlyMap<string, readonly Command[]> {
  const nouns = new Map<string, Command[]>();
  for (const command of commands) {
    const [noun = ''] = command.name.split(' ');
    nouns.set(noun, [...(nouns.get(noun) ?? []), command]);
  }
  return nouns;
}

/** The second word of a command; undefined for one that has none. */
export function verbOf({ name }: Command): string | undefined {
  return name.split(' ')[1];
}

const longest = 60;

/** The beginning of a text: its first sentence, and no character with a meaning to a shell. */
export function short(text: string): string {
  const [first = ''] = text.split(/[.;:] /);
  const plain = first.replace(/[^\p{L}\p{N} ,./()=-]/gu, '').replace(/\.$/, '');
  return plain.length > longest ? `${plain.slice(0, longest).replace(/ \S*$/, '')} …` : plain;
}

/** How a word may be written, for a shell’s `case`: `--config | -c`. */
export function patternOf({ name, short: letter }: Word): string {
  return letter === undefined ? `--${name}` : `--${name} | -${letter}`;
}
