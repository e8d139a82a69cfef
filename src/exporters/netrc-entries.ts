/** Text of a .netrc without the entries of some hosts; tools differ in whether the first or the last of two counts. */
export function withoutMachines(text: string, machines: readonly string[]): string {
  const ours = new Set(machines.map((each) => each.toLowerCase()));
  return entriesOf(text)
    .filter(({ machine }) => machine === undefined || !ours.has(machine.toLowerCase()))
    .map(({ text: each }) => each)
    .join('');
}

interface Entry {
  /** Undefined for `default`, a macro, and what stands before all entries. */
  readonly machine: string | undefined;
  readonly text: string;
}

/** A `"` begins a word with blanks in it. */
const word = /\s*("(?:\\[^]|[^"\\])*"?|\S+)/y;
/** To the end of the line; a macro to its empty line. */
const [comment, macro] = [/[^\n]*/y, /[^]*?(?:\n[ \t]*(?=\n|$(?![^]))|$(?![^]))/y];
const valued = ['machine', 'login', 'password', 'account'];

function entriesOf(text: string): Entry[] {
  const starts: { at: number; machine: string | undefined }[] = [{ at: 0, machine: undefined }];
  let key = '';
  for (let at = 0; ;) {
    const [whole, found] = matchAt(word, text, at);
    if (found === undefined) break;
    const start = at + whole.length - found.length;
    at += whole.length;
    if (valued.includes(key)) {
      const [last] = starts.slice(-1);
      if (key === 'machine' && last !== undefined) last.machine = unquoted(found);
      key = '';
      continue;
    }
    key = found;
    if (['machine', 'default', 'macdef'].includes(found)) starts.push({ at: start, machine: undefined });
    if (found === 'macdef') at += matchAt(macro, text, at)[0].length;
    if (found.startsWith('#')) at += matchAt(comment, text, at)[0].length;
  }
  return starts.map(({ at, machine }, index) => ({ machine, text: text.slice(at, starts[index + 1]?.at) }));
}

function matchAt(pattern: RegExp, text: string, at: number): [string, string | undefined] {
  const [whole = '', part] = new RegExp(pattern, 'y')[Symbol.match](text.slice(at)) ?? [];
  return [whole, part];
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : text;
}
