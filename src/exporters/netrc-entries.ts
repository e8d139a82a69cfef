/** Text of a .netrc without the entries of some hosts; tools differ in whether the first or the last of two counts. */
export function withoutMachines(text: string, machines: readonly string[]): string {
  const entries = entriesOf(text);
  const ours = new Set(machines.map((each) => each.toLowerCase()));
  return entries
    .filter(({ machine }) => machine === undefined || !ours.has(machine.toLowerCase()))
    .map(({ text: each }) => each)
    .join('');
}

interface Entry {
  /** Undefined for `default`, a macro, and what stands before all entries. */
  readonly machine: string | undefined;
  readonly text: string;
}

/** A comment, a macro up to its empty line, or a word; `"` begins one with blanks in it. */
const words =
  /(?<comment>(?<=^|\n)[ \t]*#[^\n]*)|(?<macro>macdef[\s\S]*?(\n[ \t]*(?=\n|$)|$))|(?<word>"(\\.|[^"\\])*"?|\S+)/g;

function entriesOf(text: string): Entry[] {
  const starts: { at: number; machine: string | undefined }[] = [{ at: 0, machine: undefined }];
  let before = '';
  for (const { index, groups = {} } of text.matchAll(words)) {
    const { macro, word = '' } = groups;
    if (macro !== undefined) starts.push({ at: index, machine: undefined });
    if (macro !== undefined || groups['comment'] !== undefined) continue;
    const [last] = starts.slice(-1);
    if (before === 'machine' && last !== undefined) last.machine = unquoted(word);
    const argued = ['machine', 'login', 'password', 'account'].includes(before);
    if (!argued && (word === 'machine' || word === 'default')) starts.push({ at: index, machine: undefined });
    before = argued ? '' : word;
  }
  return starts.map(({ at, machine }, index) => ({ machine, text: text.slice(at, starts[index + 1]?.at) }));
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : word;
}
