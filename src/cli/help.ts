import type { Option } from '../domain/option.ts';
import type { Command, Flag } from './commands/command.ts';
import { exitsOf } from './exits.ts';
import { optionGroups } from './option-groups.ts';
import { flagsOf, optionsOf } from './shared-flags.ts';
import { inOptions } from './wording.ts';

const width = 80;
const statusIndent = 8;

/** All commands, one a line. */
export function overview(commands: readonly Command[]): string {
  const longest = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Usage: ephemeral-creds COMMAND [OPTIONS]',
    'Borrows the credentials that a CI job needs with its ID token, and gives them back.',
    commands.map(({ name, text }) => `  ${name.padEnd(longest)}  ${text}`).join('\n'),
    '`ephemeral-creds COMMAND --help` tells more; `--version` tells which version this is.\n',
  ].join('\n\n');
}

/** How a command is used: examples, options by group, exit statuses. */
export function commandHelp(command: Command): string {
  const { name, text, more, usage, examples, flags = [] } = command;
  const own = flags.map((flag) => entry(flagName(flag), flag.text));
  const shared = flagsOf(command)
    .filter((flag) => !flags.includes(flag))
    .map((flag) => entry(flagName(flag), flag.text));
  return (
    [
      `Usage: ephemeral-creds ${name} ${usage}`.trimEnd(),
      wrapped(`${text}.${more === undefined ? '' : ` ${more}`}`, 0),
      section(
        'Examples',
        examples.map((example) => entry(`ephemeral-creds ${example.words}`, example.text)),
      ),
      ...groupedOptions(optionsOf(command)),
      ...(own.length === 0 ? [] : [section(`Of \`${name}\``, own)]),
      ...(shared.length === 0 ? [] : [section('Where things are', shared)]),
      section(
        'Exit status',
        exitsOf(command).map(
          ([status, meaning]) => `  ${status.padEnd(4)}  ${wrapped(meaning, statusIndent).trimStart()}`,
        ),
      ),
    ].join('\n\n') + '\n'
  );
}

/** How an option of THE table is written: `--ttl DURATION`. */
export function optionName({ name, type, choices = [] }: Option): string {
  if (type === 'boolean') return `--[no-]${name}`;
  const value = type === 'choice' ? choices.join('|') : valueNames[type];
  return `--${name} ${value}`;
}

const valueNames = {
  text: 'TEXT',
  list: 'TEXT',
  pem: 'PEM',
  lines: 'ENTRY',
  duration: 'DURATION',
  yaml: 'YAML',
} as const;

/** How a flag is written: `-c, --config FILE`. */
export function flagName({ name, short, value }: Flag): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function groupedOptions(rows: readonly Option[]): string[] {
  if (rows.length === 0) return [];
  return optionGroups.map(({ title, names }) => {
    const shown = rows.filter(({ name }) => names.some((each) => each === name));
    return section(
      title,
      shown.map((option) => entry(optionName(option), optionText(option))),
    );
  });
}

function optionText(option: Option): string {
  const notes = [
    ...(option.type === 'lines' || option.type === 'list' ? ['may stand there several times'] : []),
    ...(option.default === '' ? [] : [`default: ${option.default}`]),
  ];
  const text = inOptions(option.text, new Set());
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}

function section(title: string, entries: readonly string[]): string {
  return [`${title}:`, ...entries].join('\n');
}

function entry(head: string, text: string): string {
  return `  ${head}\n${wrapped(text, 6)}`;
}

function wrapped(text: string, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each).join('\n');
}
