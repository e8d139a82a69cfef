import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearest } from '../domain/near-miss.ts';
import type { Option } from '../domain/option.ts';
import { fullMatch } from '../domain/pattern.ts';
import { findCommand, findCommands } from './find-command.ts';
import type { Command, Said } from './commands/command.ts';
import { commandHelp, overview } from './help.ts';
import { Misuse } from './misuse.ts';
import { flagsOf, optionsOf } from './shared-flags.ts';
import { version } from './version.ts';

/** What the words mean: an answer that is known without doing anything, or a call. */
export type Meaning =
  | { readonly status: number; readonly out: string; readonly error: string }
  | { readonly command: Command; readonly said: Said };

/** Reads the words of the command line (everything behind the program’s name). */
export function understand(words: readonly string[], commands: readonly Command[]): Meaning {
  const [first, second] = words;
  if (first === undefined) return { status: 64, out: '', error: overview(commands) };
  if (first === '--version' || first === '-V') return answer(`${version}\n`);
  if (isHelp(first)) return answer(overview(commands));
  let command: Command | undefined;
  try {
    if (second !== undefined && isHelp(second))
      return answer(findCommands([first], commands).map(commandHelp).join('\n'));
    const found = findCommand(words, commands);
    command = found.command;
    const said = read(command, found.rest, words.slice(1));
    if (said === undefined) return answer(commandHelp(command));
    const { does } = command;
    return 'answer' in does ? answer(does.answer(said, commands)) : { command, said };
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    return { status: command?.failure ?? 64, out: '', error: complaint(error, command) };
  }
}

function answer(out: string): Meaning {
  return { status: 0, out, error: '' };
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

function complaint({ message }: Misuse, command: Command | undefined): string {
  const name = `ephemeral-creds${command === undefined ? '' : ` ${command.name}`}`;
  return `${name}: ${message}${message.endsWith('?') ? '' : '.'}\nTry \`${name} --help\`.\n`;
}

type Settings = NonNullable<ParseArgsConfig['options']>;
type Token = NonNullable<ReturnType<typeof parseWords>['tokens']>[number];

function parseWords(args: readonly string[], settings: Settings) {
  // Not strict: the messages of Node’s own strictness repeat what was typed.
  const how = { strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs({ args: [...args], options: settings, ...how });
}

/** @returns undefined when help is asked for. @throws Misuse */
function read(command: Command, rest: readonly string[], words: readonly string[]): Said | undefined {
  const { tokens } = parseWords(rest, settingsOf(command));
  if (tokens.some((token) => token.kind === 'option' && ['help', 'h'].includes(token.name))) return undefined;
  const table = new Map(optionsOf(command).map((option) => [option.name, option]));
  const options = new Map<string, string>();
  const flags = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') break;
    if (token.kind === 'positional' && command.operands?.behindDashes === true)
      throw new Misuse('the command to run goes behind `--`');
    if (token.kind !== 'option') continue;
    const { name, value } = valueOf(token, command, table);
    const option = table.get(name);
    const earlier = option === undefined ? flags.get(name) : options.get(name);
    if (earlier !== undefined && !repeats(command, name, option))
      throw new Misuse(`\`--${name}\` stands there twice`);
    if (option === undefined) flags.set(name, [...(flags.get(name) ?? []), value]);
    else options.set(name, earlier === undefined ? value : `${String(earlier)}\n${value}`);
  }
  return {
    options: Object.fromEntries(options),
    values: (flag) =>
      (flags.get(flag) ?? []).filter((value) => value !== 'false' || !isSwitch(flag, command)),
    operands: operandsOf(command, tokens),
    words,
  };
}

/** Of one that takes a value `false` is a value as any other: left out it could mean more than was asked for. */
function isSwitch(name: string, command: Command): boolean {
  return flagsOf(command).find((flag) => flag.name === name)?.value === undefined;
}

function settingsOf(command: Command): Settings {
  const settings: Settings = { help: { type: 'boolean', short: 'h' } };
  for (const { name, type } of optionsOf(command)) {
    settings[name] = { type: type === 'boolean' ? 'boolean' : 'string' };
    if (type === 'boolean') settings[`no-${name}`] = { type: 'boolean' };
  }
  for (const { name, short, value } of flagsOf(command))
    settings[name] = {
      type: value === undefined ? 'boolean' : 'string',
      ...(short === undefined ? {} : { short }),
    };
  return settings;
}

function repeats(command: Command, name: string, option: Option | undefined): boolean {
  if (option !== undefined) return option.type === 'lines' || option.type === 'list';
  return flagsOf(command).some((flag) => flag.name === name && flag.repeats === true);
}

type OptionToken = Extract<Token, { kind: 'option' }>;

/** A switch becomes `true` or `false`. @throws Misuse for a name that is none, a value that is missing or too much */
function valueOf(
  token: OptionToken,
  command: Command,
  table: ReadonlyMap<string, Option>,
): { name: string; value: string } {
  const { rawName, name, value, inlineValue } = token;
  const negated = name.startsWith('no-') && table.get(name.slice(3))?.type === 'boolean';
  if (negated) {
    if (value !== undefined) throw new Misuse(`\`--${name}\` takes no value`);
    return { name: name.slice(3), value: 'false' };
  }
  const flag = flagsOf(command).find((each) => each.name === name);
  const option = table.get(name);
  if (flag === undefined && option === undefined) throw unknown(rawName, command);
  if (option === undefined ? isSwitch(name, command) : option.type === 'boolean') {
    const text = value?.toLowerCase() ?? 'true';
    if (text !== 'true' && text !== 'false') throw new Misuse(`\`--${name}\` is \`true\` or \`false\``);
    return { name, value: text };
  }
  if (value === undefined) throw new Misuse(`\`--${name}\` needs a value`);
  if (value.trim() === '')
    throw new Misuse(`\`--${name}\` is empty: leave it out ${flag?.leftOut ?? 'for its default'}`);
  if (!inlineValue && value.startsWith('-'))
    throw new Misuse(`\`--${name}\` needs a value; one that begins with a dash is written \`--${name}=…\``);
  return { name, value };
}

function unknown(rawName: string, command: Command): Misuse {
  const known = [...optionsOf(command), ...flagsOf(command)].map(({ name }) => name);
  const typed = rawName.replace(/^-+/, '');
  const near = rawName.startsWith('--') ? nearest(known, typed) : undefined;
  const shown = fullMatch(/--?[A-Za-z][A-Za-z_-]{0,30}/, rawName) ? ` \`${rawName}\`` : ' of that name';
  return new Misuse(`there is no option${shown}${near === undefined ? '' : `; did you mean \`--${near}\`?`}`);
}

/** @throws Misuse when there are too few or too many */
function operandsOf({ operands }: Command, tokens: readonly Token[]): string[] {
  const found = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []));
  const { least = 0, most = 0 } = operands ?? {};
  if (found.length < least) throw new Misuse(least === 1 ? 'something is missing' : 'words are missing');
  if (found.length > most)
    throw new Misuse(most === 0 ? 'takes options only, no other words' : 'has a word too many');
  return found;
}
