import { agreementAt, type Agreements } from './agreement.ts';
import type { BlockTable } from './block-table.ts';
import type { LiteralIndex } from './literal-index.ts';

/** More literals that may stand at one place are not tried one after the other. */
const mostTried = 12;

/** Literals that are found by the same bytes, at the same distance from where they begin. */
export interface Crowd {
  /** In the order of their bytes. */
  readonly members: readonly number[];
  /** Its longest member, and how many bytes that has. */
  readonly longest: number;
  readonly bytes: number;
  /** With how many bytes of the longest member each one begins: what agrees with that tells what agrees with others. */
  readonly shared: Int32Array;
}

/** Whether a link of the table leads to more literals than should be tried. */
export function isCrowd({ before }: BlockTable, link: number): boolean {
  return link > 0 && (before[link - 1] ?? 0) >= mostTried;
}

/** The literals that the link of a window leads to, by the distance of the window from where they begin. */
export function crowdsOf(index: LiteralIndex, link: number): ReadonlyMap<number, Crowd> {
  const { crowds, windows, windowsAt, starts } = index;
  const distance = (literal: number) => (windowsAt[literal] ?? 0) - (starts[literal] ?? 0);
  return keptIn(crowds, link, () => {
    const groups = Map.groupBy(linkedTo(windows, link), distance);
    return new Map(Array.from(groups, ([far, group]) => [far, inOrder(group, index)]));
  });
}

/** The literals that the link of a first block leads to. */
export function headCrowdOf(index: LiteralIndex, link: number): Crowd {
  return keptIn(index.headCrowds, link, () => inOrder(linkedTo(index.heads, link), index));
}

function keptIn<T>(known: Map<number, T>, link: number, make: () => T): T {
  const value = known.get(link) ?? make();
  known.set(link, value);
  return value;
}

function linkedTo({ next }: BlockTable, link: number): number[] {
  const linked: number[] = [];
  for (let at = link; at > 0; at = next[at - 1] ?? 0) linked.push(at - 1);
  return linked;
}

function inOrder(literals: readonly number[], index: LiteralIndex): Crowd {
  const { bytes, starts } = index;
  const room = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const members = literals.toSorted((a, b) =>
    room.compare(room, starts[b], starts[b + 1], starts[a], starts[a + 1]),
  );
  const longest = members.reduce((most, each) =>
    lengthOf(index, each) > lengthOf(index, most) ? each : most,
  );
  const shared = Int32Array.from(members, (each) => sharedBy(index, longest, each));
  return { members, longest, bytes: lengthOf(index, longest), shared };
}

function sharedBy({ bytes, starts }: LiteralIndex, one: number, other: number): number {
  const [from, to] = [starts[other] ?? 0, starts[other + 1] ?? 0];
  const ahead = (starts[one] ?? 0) - from;
  let at = from;
  while (at < to && bytes[at] === bytes[at + ahead]) at++;
  return at - from;
}

/** A place of a text where members of a crowd may stand. */
export interface Spot {
  readonly text: Uint8Array;
  readonly start: number;
  readonly index: LiteralIndex;
  readonly agreements: Agreements;
}

/**
 * The end of the longest member that stands there; -1 for none. It stands in the order of the crowd before the text
 * does, and what stands between both begins with it: with less of the text than agrees with the last of those.
 */
export function endOfLongest(crowd: Crowd, spot: Spot): number {
  const looked = { ...spot, crowd, known: agreedBy(spot, crowd.longest) };
  for (let limit = spot.text.length - spot.start; ;) {
    const nth = afterThose(looked, limit) - 1;
    const member = crowd.members[nth];
    if (member === undefined) return -1;
    const agreed = agreedWith(looked, nth, limit);
    if (agreed === lengthOf(spot.index, member)) return spot.start + agreed;
    limit = agreed;
  }
}

/** Whether the text from there on to its end is what a longer member begins with. */
export function isBeginning(crowd: Crowd, spot: Spot): boolean {
  const looked = { ...spot, crowd, known: agreedBy(spot, crowd.longest) };
  const rest = spot.text.length - spot.start;
  const nth = afterThose(looked, rest);
  return nth < crowd.members.length && agreedWith(looked, nth, rest) === rest;
}

interface Looked extends Spot {
  readonly crowd: Crowd;
  /** How many bytes of its longest member agree. */
  readonly known: number;
}

/** How many members do not come, by their bytes, after so many bytes of the text. */
function afterThose(looked: Looked, limit: number): number {
  let [least, most] = [0, looked.crowd.members.length];
  while (least < most) {
    const middle = (least + most) >>> 1;
    if (comesAfter(looked, middle, limit)) most = middle;
    else least = middle + 1;
  }
  return least;
}

function comesAfter(looked: Looked, nth: number, limit: number): boolean {
  const { text, start, index, crowd } = looked;
  const member = crowd.members[nth] ?? 0;
  const agreed = agreedWith(looked, nth, limit);
  if (agreed === lengthOf(index, member)) return false;
  return (
    agreed === limit || (index.bytes[(index.starts[member] ?? 0) + agreed] ?? 0) > (text[start + agreed] ?? 0)
  );
}

/** How many bytes of a member agree, up to the limit. */
function agreedWith(looked: Looked, nth: number, limit: number): number {
  const { crowd, known, agreements } = looked;
  const member = crowd.members[nth] ?? 0;
  const shared = crowd.shared[nth] ?? 0;
  agreements.compared++;
  if (shared !== known || shared === lengthOf(looked.index, member)) return Math.min(limit, shared, known);
  return Math.min(limit, agreedBy(looked, member, known));
}

function agreedBy({ text, start, index, agreements }: Spot, literal: number, agreed = 0): number {
  return agreementAt({ text, start, literal, agreed }, index, agreements) - start;
}

function lengthOf({ starts }: LiteralIndex, literal: number): number {
  return (starts[literal + 1] ?? 0) - (starts[literal] ?? 0);
}
