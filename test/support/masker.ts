/**
 * A FAKE of the log masking of GitHub's runner, written from what it is known to do: it hides each registered value,
 * each of its lines, and what its encoders make of them, and replaces every hit by `***`.
 */
export interface Masker {
  add(value: string): void;
  mask(text: string): string;
  /** Values that were registered, without what was derived from them. */
  readonly registered: readonly string[];
}

/** `derive: false`: a log that hides only what it was told, as other platforms and our own redaction do. */
export function createMasker({ derive = true } = {}): Masker {
  const registered = new Set<string>();
  const hidden = new Set<string>();
  const addOne = (value: string) => {
    if (value === '' || registered.has(value)) return;
    registered.add(value);
    hidden.add(value);
    for (const encode of derive ? encoders : []) hidden.add(encode(value));
    hidden.delete('');
  };
  return {
    add(value) {
      if (value.trim() === '') return;
      addOne(value);
      for (const line of value.split(/[\r\n]+/)) addOne(line.trim());
    },
    mask: (text) => replaceAll(text, hidden),
    get registered() {
      return [...registered];
    },
  };
}

const base64From = (skip: number) => (value: string) => {
  const bytes = Buffer.from(value);
  return bytes.subarray(bytes.length > skip ? skip : 0).toString('base64');
};

const encoders: readonly ((value: string) => string)[] = [
  base64From(0),
  base64From(1),
  base64From(2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  (value) => JSON.stringify(value).slice(1, -1),
  (value) =>
    encodeURIComponent(value.toWellFormed()).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  (value) => value.replace(/[<>"'&]/g, (char) => xml[char] ?? char),
  (value) => (value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : ''),
  (value) => sectionOf(value, (at) => value.slice(0, at + 1)),
  (value) => sectionOf(value, (at) => value.slice(at + 1)),
];

const xml: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '&': '&amp;',
};

/** PowerShell prints what stands before and after an ampersand apart. */
function sectionOf(value: string, section: (at: number) => string): string {
  const at = value.lastIndexOf('&');
  const text = at < 0 ? '' : section(at);
  return text.length >= 6 ? text : '';
}

function replaceAll(text: string, values: ReadonlySet<string>): string {
  const hits: { start: number; end: number }[] = [];
  for (const value of values)
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
      hits.push({ start: at, end: at + value.length });
  hits.sort((a, b) => a.start - b.start);
  let out = '';
  let done = 0;
  for (let index = 0; index < hits.length;) {
    const { start = 0, end: first = 0 } = hits[index] ?? {};
    let end = first;
    // Hits that overlap or touch become one `***`.
    for (index++; (hits[index]?.start ?? Infinity) <= end; index++)
      end = Math.max(end, hits[index]?.end ?? 0);
    out += `${text.slice(done, start)}***`;
    done = end;
  }
  return out + text.slice(done);
}
