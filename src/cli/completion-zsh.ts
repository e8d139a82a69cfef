import type { Command } from './commands/command.ts';
import { nounsOf, patternOf, short, valuesOf, verbOf, wordsOf, type Word } from './completable.ts';

/** A script for zsh 5 and later: to be sourced, or as \`_ephemeral-creds\` in a folder of \`fpath\`. */
export function zshCompletion(commands: readonly Command[]): string {
  const nouns = [...nounsOf(commands)];
  const first = nouns.map(([noun, rows]) => {
    const [row] = rows;
    const text =
      row === undefined || verbOf(row) !== undefined
        ? rows.flatMap((each) => verbOf(each) ?? []).join(', ')
        : short(row.text);
    return described(noun, text);
  });
  const verbs = nouns.flatMap(([noun, rows]) => {
    const words = rows.flatMap((row) => {
      const verb = verbOf(row);
      return verb === undefined ? [] : [described(verb, short(row.text))];
    });
    return words.length === 0 ? [] : [`    ${noun}) found=(${words.join(' ')}) ;;`];
  });
  const values = valuesOf(commands).map(
    (word) => `    ${patternOf(word)}) ${propose(word.completes)}; return ;;`,
  );
  const flags = commands.map((command) => {
    const words = [...wordsOf(command), help].map(({ name, text }) => described(`--${name}`, text));
    return `    '${command.name}') found=(${words.join(' ')}) ;;`;
  });
  const operands = commands.flatMap(({ name, operands: { completes } = { completes: undefined } }) => {
    if (completes === undefined || completes === 'program') return [];
    return [
      `    '${name}') ${propose(completes === 'command' ? nouns.map(([noun]) => noun) : completes)} ;;`,
    ];
  });
  const behind = commands.filter(({ operands: each }) => each?.completes === 'program');
  return `#compdef ephemeral-creds
# Completion for zsh: source <(ephemeral-creds completion zsh), behind compinit.
_ephemeral_creds() {
  local command=$words[2] flag=$words[CURRENT-1]
  local -a found
  if (( CURRENT == 2 )); then
    found=(${first.join(' ')} '--help' '--version')
    _describe command found
    return
  fi
  case $command in
${verbs.join('\n')}
  esac
  if (( $#found )); then
    if (( CURRENT == 3 )); then
      _describe command found
      return
    fi
    command="$command $words[3]"
  fi
  case $command in
    ${behind.map(({ name }) => `'${name}'`).join(' | ') || "''"})
      local -i dashes=$words[(i)--]
      if (( dashes < CURRENT )); then
        shift $dashes words
        (( CURRENT -= dashes ))
        _normal
        return
      fi ;;
  esac
  if [[ $PREFIX == --*=* ]]; then
    flag=\${PREFIX%%=*}
    compset -P '*='
  fi
  case $flag in
${values.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    case $command in
${flags.map((line) => `  ${line}`).join('\n')}
    esac
    _describe -o option found
    return
  fi
  case $command in
${operands.join('\n')}
  esac
}
if [[ $funcstack[1] == _ephemeral-creds ]]; then _ephemeral_creds "$@"; else compdef _ephemeral_creds ephemeral-creds; fi
`;
}

const help: Word = { name: 'help', text: 'How the command is used', takesValue: false, completes: undefined };

function described(word: string, text: string): string {
  return `'${word}:${text}'`;
}

function propose(completes: Word['completes']): string {
  if (completes === undefined) return '_message value';
  if (completes === 'file') return '_files';
  if (completes === 'folder') return '_files -/';
  if (completes === 'variable') return 'compadd -- ${(k)parameters[(R)*export*]}';
  return `compadd -- ${completes.join(' ')}`;
}
