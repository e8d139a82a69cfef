import type { Command } from './commands/command.ts';
import { nounsOf, patternOf, valuesOf, verbOf, wordsOf } from './completable.ts';

/** A script for bash 3.2 and later; it needs nothing of the bash-completion package. */
export function bashCompletion(commands: readonly Command[]): string {
  const nouns = [...nounsOf(commands)];
  const verbs = nouns.flatMap(([noun, rows]) => {
    const words = rows.flatMap((row) => verbOf(row) ?? []);
    return words.length === 0 ? [] : [`    ${noun}) words='${words.join(' ')}' ;;`];
  });
  const values = valuesOf(commands).map(
    (word) => `    ${patternOf(word)}) ${propose(word.completes)}; return ;;`,
  );
  const flags = commands.map((command) => {
    const words = wordsOf(command).map(({ name }) => `--${name}`);
    return `    '${command.name}') words='${[...words, '--help'].join(' ')}' ;;`;
  });
  const operands = commands.flatMap(({ name, operands: { completes } = { completes: undefined } }) => {
    if (completes === undefined || completes === 'program') return [];
    return [
      `    '${name}') ${propose(completes === 'command' ? nouns.map(([noun]) => noun) : completes)} ;;`,
    ];
  });
  const behind = commands.filter(({ operands }) => operands?.completes === 'program');
  return `# Completion for bash: source <(ephemeral-creds completion bash)
_ephemeral_creds() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words= i
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${nouns.map(([noun]) => noun).join(' ')} --help --version' -- "$cur"))
    return
  fi
  case $command in
${verbs.join('\n')}
  esac
  if [ -n "$words" ]; then
    if [ "$COMP_CWORD" -eq 2 ]; then
      COMPREPLY=($(compgen -W "$words --help" -- "$cur"))
      return
    fi
    command="$command \${COMP_WORDS[2]}"
  fi
  case $command in
    ${behind.map(({ name }) => `'${name}'`).join(' | ') || "''"})
      for ((i = 2; i < COMP_CWORD; i++)); do
        [ "\${COMP_WORDS[i]}" = -- ] || continue
        if [ "$((i + 1))" -eq "$COMP_CWORD" ]; then COMPREPLY=($(compgen -c -- "$cur"))
        else _ephemeral_creds_paths -f; fi
        return
      done ;;
  esac
  # Where \`=\` breaks words, --name=value comes as three.
  if [ "$cur" = = ]; then cur=
  elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $prev in
${values.join('\n')}
  esac
  case $cur in
    -*)
      case $command in
${flags.map((line) => `    ${line}`).join('\n')}
      esac
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      return ;;
  esac
  case $command in
${operands.join('\n')}
  esac
}
_ephemeral_creds_paths() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null
}
complete -F _ephemeral_creds ephemeral-creds
`;
}

function propose(completes: ReturnType<typeof wordsOf>[number]['completes']): string {
  if (completes === undefined) return 'COMPREPLY=()';
  if (completes === 'file') return '_ephemeral_creds_paths -f';
  if (completes === 'folder') return '_ephemeral_creds_paths -d';
  if (completes === 'variable') return 'COMPREPLY=($(compgen -e -- "$cur"))';
  return `COMPREPLY=($(compgen -W '${completes.join(' ')}' -- "$cur"))`;
}
