import { agreementAt, makeAgreements, type Agreements } from './agreement.ts';
import { blockBytes, mayHaveBlock } from './block-filter.ts';
import { entriesOf } from './block-table.ts';
import { headCrowdOf, isBeginning, isCrowd } from './crowd.ts';
import { beginningOf, type LiteralIndex } from './literal-index.ts';

const lineFeed = 10;

/**
 * The first place from which the rest of the text is the beginning of a literal; its end where there is none.
 * @param agreements fresh ones
 */
export function pendingLiteral(
  text: Uint8Array,
  literals: LiteralIndex,
  agreements: Agreements = makeAgreements(),
): number {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const looked = { view, literals, agreements };
  const earliest = Math.max(0, text.length - literals.longest + 1);
  let at = literals.oneLine ? lineFrom(text, earliest) : earliest;
  for (; at <= text.length - blockBytes; at++) if (beginsLiteral(text, at, looked)) return at;
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

interface Looked {
  readonly view: DataView;
  readonly literals: LiteralIndex;
  readonly agreements: Agreements;
}

function beginsLiteral(
  text: Uint8Array,
  start: number,
  { view, literals: index, agreements }: Looked,
): boolean {
  const { heads, starts } = index;
  let link = entriesOf(heads, view.getInt32(start, true));
  if (isCrowd(heads, link)) return isBeginning(headCrowdOf(index, link), { text, start, index, agreements });
  for (; link > 0; link = heads.next[link - 1] ?? 0) {
    const literal = link - 1;
    const isLonger = (starts[link] ?? 0) - (starts[literal] ?? 0) > text.length - start;
    if (isLonger && agreementAt({ text, start, literal }, index, agreements) === text.length) return true;
  }
  return false;
}
