import { fullMatch } from '../../domain/pattern.ts';
import type { CommandTaker, SecretUse, Taker } from '../files/secret-use.ts';

/**
 * How a kind of secret is known: by what takes it, and, where that does not tell, by what it is called. Patterns match
 * the whole of what they are held against, in any case.
 */
export interface Recogniser {
  /** Inputs of actions. Without `action`: an input of that name means this kind in whatever action. */
  readonly inputs?: readonly { readonly action?: RegExp; readonly input: RegExp }[];
  /** Variables that a tool reads. */
  readonly variables?: readonly RegExp[];
  readonly commands?: readonly CommandPattern[];
  /** Files that hold nothing else. */
  readonly files?: readonly RegExp[];
  /** Paths of other fields of a pipeline file. */
  readonly fields?: readonly RegExp[];
  /** What such secrets are called: held against the secret’s name and the names that it is given. */
  readonly names?: readonly RegExp[];
  /** Takers that fit several kinds and mean this one when neither taker nor name says more. */
  readonly otherwise?: {
    readonly inputs?: readonly { readonly action?: RegExp; readonly input: RegExp }[];
    readonly commands?: readonly CommandPattern[];
    readonly files?: readonly RegExp[];
    readonly names?: readonly RegExp[];
  };
}

export interface CommandPattern {
  /** The whole command, its words with one blank between; matched from its beginning. */
  readonly line: RegExp;
  /** The option whose value it is; left out, any place in the command. */
  readonly option?: RegExp;
  /** The word that it stands in. */
  readonly word?: RegExp;
  /** Only what comes by standard input. */
  readonly input?: true;
}

/**
 * How sure a recogniser is. `taker`: an input, a variable, an option takes this kind and nothing else. `command`: it
 * stands somewhere in a command that needs such a secret, beside what is none. `name`: it is called so.
 */
export type Certainty = 'taker' | 'command' | 'name' | 'otherwise';

export function recognises(recogniser: Recogniser, use: SecretUse, certainty: Certainty): boolean {
  switch (certainty) {
    case 'taker':
      return use.takers.some((taker) => isTaker(recogniser, taker, true));
    case 'command':
      return use.takers.some((taker) => isTaker(recogniser, taker, false));
    case 'name':
      return namesOf(use).some((name) => matchesAny(recogniser.names, name));
    case 'otherwise': {
      const { otherwise } = recogniser;
      if (otherwise === undefined) return false;
      return (
        use.takers.some((taker) => isTaker(otherwise, taker, true) || isTaker(otherwise, taker, false)) ||
        namesOf(use).some((name) => matchesAny(otherwise.names, name))
      );
    }
  }
}

/** Longer than any that a platform takes. */
const mostName = 128;

/** The secret’s own name first, then those that it is handed on under. */
function namesOf({ secret, takers }: SecretUse): string[] {
  const given = takers.flatMap((taker) => {
    if (taker.by === 'variable' || taker.by === 'call') return [taker.name];
    if (taker.by === 'field') return [taker.path.split('.').at(-1) ?? ''];
    return taker.by === 'input' ? [taker.input] : [];
  });
  const names = [secret, ...given].map((name) => name.slice(0, mostName).replace(/[-.]/g, '_'));
  return [...new Set([...names, ...names.map(withoutStage)])];
}

const stages =
  /(.)(_(DEV|DEVELOP|DEVELOPMENT|TEST|TESTING|QA|UAT|INT|STAGE|STG|STAGING|PREVIEW|PREPROD|PRE_PROD|PROD|PRODUCTION|LIVE|SANDBOX|DEMO|CI|APPLY|PLAN))+$/i;

/** A name without the stage that many put behind it: `ROLE_ARN_PROD`. */
export function withoutStage(name: string): string {
  return name.replace(stages, '$1');
}

/** @param exact what means this kind and nothing else, or what is about it */
function isTaker(recogniser: Recogniser, taker: Taker, exact: boolean): boolean {
  if (taker.by === 'file') return !exact && matchesAny(recogniser.files, taker.path);
  if (taker.by === 'command')
    return (recogniser.commands ?? []).some(
      (pattern) => isExact(pattern) === exact && isCommand(pattern, taker),
    );
  if (!exact) return false;
  switch (taker.by) {
    case 'input':
      return (recogniser.inputs ?? []).some(
        ({ action, input }) =>
          (action === undefined || fits(action, taker.action)) && fits(input, taker.input),
      );
    case 'variable':
      return matchesAny(recogniser.variables, taker.name);
    case 'call':
      return matchesAny(recogniser.variables, taker.name);
    case 'field':
      return matchesAny(recogniser.fields, taker.path);
  }
}

function isExact({ option, word, input }: CommandPattern): boolean {
  return option !== undefined || word !== undefined || input === true;
}

function isCommand({ line, option, word, input }: CommandPattern, taker: CommandTaker): boolean {
  if (input === true && taker.word !== undefined) return false;
  if (option !== undefined && !(taker.option !== undefined && fits(option, taker.option))) return false;
  if (word !== undefined && !(taker.word !== undefined && fits(word, taker.word))) return false;
  return begins(line, taker.command.line);
}

function matchesAny(patterns: readonly RegExp[] | undefined, text: string): boolean {
  return (patterns ?? []).some((pattern) => fits(pattern, text));
}

const anyCase = new WeakMap<RegExp, RegExp>();
const beginnings = new WeakMap<RegExp, RegExp>();

/** Whether a pattern matches the whole of a text, in any case. */
export function fits(pattern: RegExp, text: string): boolean {
  return fullMatch(kept(anyCase, pattern, pattern.source), text);
}

/** The same for the beginning of a text, up to the end of a word. */
function begins(pattern: RegExp, text: string): boolean {
  return fullMatch(kept(beginnings, pattern, `(?:${pattern.source})(?![\\w-]).*`), text);
}

function kept(known: WeakMap<RegExp, RegExp>, pattern: RegExp, source: string): RegExp {
  const made = known.get(pattern) ?? new RegExp(source, 'is');
  known.set(pattern, made);
  return made;
}
