/** The completion scripts in the real shells: what each proposes for the beginning of a line. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { commands } from '../../src/cli/commands/registry.ts';
import { understand } from '../../src/cli/grammar.ts';
import { typed } from '../support/client/command-line.ts';
import { providers } from '../../src/providers/registry.ts';
import { testWith } from '../support/peers.ts';

const folder = mkdtempSync(join(tmpdir(), 'completion-'));
const file = join(folder, 'unlikely-name.yaml');
writeFileSync(file, '');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Lines with one completion each, and what it makes of their last word. */
const unique: readonly (readonly [string, string])[] = [
  ['ex', 'exec'],
  ['broker c', 'check'],
  ['exec --ro', '--role'],
  ['exec --no-rev', '--no-revoke'],
  ['exec --provider aw', 'aws'],
  [`exec --ca-cert ${folder}/unl`, file],
  [`exec --role x -- cat ${folder}/unl`, file],
  ['exec --role x -- trunc', 'truncate'],
  ['whoami --js', '--json'],
  ['help bro', 'broker'],
  ['completion fi', 'fish'],
  ['audit verify --jw', '--jwks'],
  [`policy check ${folder}/unl`, file],
  [`broker run -c ${folder}/unl`, file],
];
/** Nothing is proposed: a value that is the user’s own, a word that is no command, a flag of another command. */
const nothing = ['exec --audience ht', 'nonsense --ro', 'whoami --lease', 'exec --ttl 1'];

function script(shell: string): string {
  const meaning = understand(['completion', shell], commands);
  expect(meaning).toMatchObject({ status: 0, error: '' });
  const path = join(folder, `script.${shell}`);
  writeFileSync(path, 'out' in meaning ? meaning.out : '');
  return path;
}

function run(program: string, ...args: string[]): string[] {
  const told = execFileSync(program, args, { encoding: 'utf8', timeout: 30_000 });
  return told.replace(/\n$/, '').split('\n');
}

/** Splits the line as bash does, with \`=\` as a word of its own. */
function inBash(path: string, lines: readonly string[]): string[] {
  const tries = lines.map((line) => {
    const words = line.replaceAll('=', ' = ').split(' ');
    const quoted = ['ephemeral-creds', ...words].map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${String(words.length)}; _ephemeral_creds; echo "\${COMPREPLY[*]}"`;
  });
  return run('bash', '--norc', '-c', [`source ${path}`, ...tries].join('\n'));
}

testWith(['bash'], 'bash', () => {
  const path = script('bash');
  const lines = unique.map(([line]) => line);
  const proposed = inBash(path, lines).map((words) => [...new Set(words.split(' '))].join(' '));
  expect(proposed).toEqual(unique.map(([, word]) => word));
  expect(inBash(path, nothing)).toEqual(nothing.map(() => ''));
  expect(inBash(path, ['exec --provider=aw'])).toEqual(['aws']);
  for (const proposed of inBash(path, ['exec --provider=', 'exec --provider ']))
    expect(proposed.split(' ').toSorted()).toEqual(Object.keys(providers).toSorted());
});

testWith(['fish'], 'fish', () => {
  const path = script('fish');
  const ask = (line: string): string[] =>
    run('fish', '--no-config', '-c', `source ${path}; complete -C "ephemeral-creds ${line}"`)
      .map((proposal) => proposal.split('\t')[0] ?? '')
      .filter((word) => word !== '');
  for (const [line, word] of unique) expect([line, ask(line)]).toEqual([line, [word]]);
  for (const line of nothing) expect([line, ask(line)]).toEqual([line, []]);
  expect(ask('exec --provider=aw')).toEqual(['--provider=aws']);
});

/** A terminal of its own, in which a key completes the line and prints what became of it. */
const zshPart = `
zmodload zsh/zpty
zpty z "TERM=dumb zsh -f -i"
zpty -w z "PROMPT=; autoload -Uz compinit; compinit -u -D; source $1; unsetopt list_beep"
zpty -w z "finish() { zle complete-word; print -r -- \\"<<\\$BUFFER>>\\"; zle kill-whole-line }; zle -N finish; bindkey '^X' finish; print READY"
zpty -r -m z skipped '*READY*READY*'
shift
for line in "$@"; do
  zpty -n -w z "ephemeral-creds $line"$'\\x18'
  zpty -r -m z out '*<<*>>*' && print -r -- "\${\${out##*<<}%%>>*}"
done
zpty -d z`;

testWith(['zsh'], 'zsh', () => {
  const path = script('zsh');
  const whole = unique.map(([line, word]) => [line, line.replace(/\S+$/, word)] as const);
  const all = [
    ...whole,
    ...nothing.map((line) => [line, line] as const),
    ['exec --provider=aw', 'exec --provider=aws'] as const,
  ];
  const lines = all.map(([line]) => line);
  const completed = run('zsh', '-f', '-c', zshPart, 'zsh', path, ...lines).map((line) => line.trimEnd());
  expect(completed).toEqual(all.map(([, line]) => `ephemeral-creds ${line}`));
});

test('a shell that is not known is a mistake, and those that are are named', async () => {
  const { status, stderr } = await typed(['completion', 'tcsh']);
  expect([status, stderr]).toEqual([64, expect.stringContaining('bash, zsh, fish')]);
});
