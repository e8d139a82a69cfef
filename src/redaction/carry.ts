import { blockBytes, mayHaveBlock } from './block-filter.ts';
import { entriesOf } from './block-table.ts';
import { beginningOf, type LiteralIndex } from './literal-index.ts';

const lineFeed = 10;

/** The first place from which the rest of the text is the beginning of a literal; its end where there is none. */
export function pendingLiteral(text: Uint8Array, literals: LiteralIndex): number {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const earliest = Math.max(0, text.length - literals.longest + 1);
  let at = literals.oneLine ? lineFrom(text, earliest) : earliest;
  for (; at <= text.length - blockBytes; at++) if (beginsLiteral(text, at, view, literals)) return at;
  for (; at < text.length; at++)
    if (mayHaveBlock(literals.beginnings, beginningOf(text, at, text.length))) return at;
  return text.length;
}

/** Where the last line of the text begins, if that is after the given place. */
function lineFrom(text: Uint8Array, earliest: number): number {
  let at = text.length;
  while (at > earliest && text[at - 1] !== lineFeed) at--;
  return at;
}

function beginsLiteral(text: Uint8Array, at: number, view: DataView, literals: LiteralIndex): boolean {
  const { heads, starts, bytes } = literals;
  for (let link = entriesOf(heads, view.getInt32(at, true)); link > 0; link = heads.next[link - 1] ?? 0) {
    const start = starts[link - 1] ?? 0;
    if ((starts[link] ?? 0) - start > text.length - at && goesOn(text, at, bytes, start)) return true;
  }
  return false;
}

function goesOn(text: Uint8Array, at: number, bytes: Uint8Array, start: number): boolean {
  const ahead = start - at;
  for (let each = at + blockBytes; each < text.length; each++)
    if (text[each] !== bytes[each + ahead]) return false;
  return true;
}
