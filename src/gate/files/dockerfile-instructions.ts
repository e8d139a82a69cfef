import { piecedText, type WrittenText } from './written-text.ts';

/** One instruction, its lines as one. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** What follows it. */
  readonly text: WrittenText;
}

const mostInstructions = 2000;
const mostLines = 20_000;

/** Lines that are continued, remarks between them, and here-documents. */
export function instructionsIn(source: string): Instruction[] {
  const [, escape = '\\'] = /^#\s*escape\s*=\s*(\\|`)/i.exec(source) ?? [];
  const lines = linesOf(source);
  const found: Instruction[] = [];
  for (let at = 0; at < lines.length && found.length < mostInstructions;) {
    const { name, from } = nameIn(lines[at]);
    at = name === undefined ? at + 1 : taken(name, from, at);
  }
  return found;

  function taken(name: string, from: number, first: number): number {
    const pieces: { text: string; at: number }[] = [];
    let at = first;
    for (let start = from, goesOn = true; goesOn && at < lines.length; at++, start = 0) {
      const line = lines[at] ?? { text: '', at: 0 };
      const remark = at > first && /^\s*(#|$)/.test(line.text);
      goesOn = remark || line.text.trimEnd().endsWith(escape);
      if (remark) continue;
      const text = line.text.slice(start);
      pieces.push({ text: goesOn ? text.replace(/[\\`]\s*$/, '') + ' ' : text, at: line.at + start });
    }
    const end = documentsAfter(pieces, name, at);
    found.push({ name, text: piecedText(source, pieces) });
    return end;
  }

  /** `RUN <<EOF`: the lines up to the marker are its script. */
  function documentsAfter(pieces: { text: string; at: number }[], name: string, first: number): number {
    const markers =
      name === 'RUN' || name === 'COPY' ? (pieces.at(-1)?.text ?? '').matchAll(/<<-?["']?(\w+)["']?/g) : [];
    let at = first;
    for (const [all, marker] of markers) {
      const last = pieces.at(-1);
      // A document that is the whole command is read as one.
      const isScript = name === 'RUN' && last?.text.trim() === all;
      if (isScript) pieces.pop();
      for (; at < lines.length && lines[at]?.text.trim() !== marker; at++)
        pieces.push({
          text: `${isScript ? '' : '\n'}${lines[at]?.text ?? ''}${isScript ? '\n' : ''}`,
          at: lines[at]?.at ?? 0,
        });
      at++;
    }
    return at;
  }
}

function linesOf(source: string): { readonly text: string; readonly at: number }[] {
  let start = 0;
  return source.split('\n', mostLines).map((text) => {
    const at = start;
    start += text.length + 1;
    return { text, at };
  });
}

function nameIn(line: { readonly text: string } | undefined): {
  readonly name: string | undefined;
  readonly from: number;
} {
  const [all = '', name] = /^\s*(?:ONBUILD\s+)?([A-Za-z]+)(?=\s|$)/i.exec(line?.text ?? '') ?? [];
  return { name: name?.toUpperCase(), from: all.length };
}
