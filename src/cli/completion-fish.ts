import type { Command } from './commands/command.ts';
import { nounsOf, short, verbOf, wordsOf, type Word } from './completable.ts';

/** A script for fish 3 and later. */
export function fishCompletion(commands: readonly Command[]): string {
  const first = [...nounsOf(commands)].map(([noun, rows]) => {
    const [row] = rows;
    const verbs = rows.flatMap((each) => verbOf(each) ?? []);
    return offer(
      '__ephemeral_creds_at',
      noun,
      verbs.length === 0 ? short(row?.text ?? '') : verbs.join(', '),
    );
  });
  const verbs = commands.flatMap((command) => {
    const [noun = '', verb] = command.name.split(' ');
    return verb === undefined ? [] : [offer(`__ephemeral_creds_at ${noun}`, verb, short(command.text))];
  });
  return `# Completion for fish: ephemeral-creds completion fish | source
# Whether exactly these words stand before the cursor, or, with --in, at least these and no --.
function __ephemeral_creds_at
  set -l words (commandline -opc)[2..-1]
  if test "$argv[1]" = --in
    set -e argv[1]
    contains -- -- $words; and return 1
    set words $words[1..(count $argv)]
  end
  test "$words" = "$argv"
end
# What stands behind -- is a command line of its own.
function __ephemeral_creds_program
  set -l words (commandline -opc)
  set -l dashes (contains -i -- -- $words); or return 1
  complete -C (string join ' ' -- (string escape -- $words[(math $dashes + 1)..-1]) (commandline -ct))
end
complete -c ephemeral-creds -f
complete -c ephemeral-creds -n __ephemeral_creds_at -l help -d 'All commands'
complete -c ephemeral-creds -n __ephemeral_creds_at -l version -d 'Which version this is'
${[...first, ...verbs, ...commands.flatMap((command) => behind(command, commands))].join('\n')}
`;
}

function behind(command: Command, commands: readonly Command[]): string[] {
  const { name, operands } = command;
  const at = `__ephemeral_creds_at --in ${name}`;
  const flags = wordsOf(command).map(({ name: flag, short: letter, text, takesValue, completes }) => {
    const value = takesValue ? ` ${propose(completes)}` : '';
    return `complete -c ephemeral-creds -n '${at}' -l ${flag}${letter === undefined ? '' : ` -s ${letter}`}${value} -d '${text}'`;
  });
  const help = `complete -c ephemeral-creds -n '${at}' -l help -d 'How the command is used'`;
  return [...flags, help, ...operandsOf(operands?.completes, { name, at, commands })];
}

function operandsOf(
  completes: NonNullable<Command['operands']>['completes'],
  { name, at, commands }: { name: string; at: string; commands: readonly Command[] },
): string[] {
  if (completes === undefined) return [];
  if (completes === 'program')
    return [
      `complete -c ephemeral-creds -n 'not __ephemeral_creds_at --in ${name}' -a '(__ephemeral_creds_program)'`,
    ];
  const words = completes === 'command' ? [...nounsOf(commands).keys()] : completes;
  return [`complete -c ephemeral-creds -n '${at}' ${propose(words)}`];
}

function offer(condition: string, word: string, text: string): string {
  return `complete -c ephemeral-creds -n '${condition}' -a ${word} -d '${text}'`;
}

function propose(completes: Word['completes']): string {
  if (completes === undefined) return '-x';
  if (completes === 'file') return '-r -F';
  if (completes === 'folder') return "-x -a '(__fish_complete_directories)'";
  if (completes === 'variable') return "-x -a '(set -xn)'";
  return `-x -a '${completes.join(' ')}'`;
}
