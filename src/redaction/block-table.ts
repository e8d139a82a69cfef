import { powerFor, spread } from './block-filter.ts';

/** Numbers, and which entries have each of them: entries of the same number are linked. */
export interface BlockTable {
  /** Open addressing: a number and its last entry, and 1, in turn. */
  readonly places: Int32Array;
  readonly shift: number;
  /** The entry before it of the same number, and 1; 0 for none. */
  readonly next: Int32Array;
  /** How many entries were there before it of the same number; 255 for more, too. */
  readonly before: Uint8Array;
}

/** @param most how many of the entries are added at most */
export function makeTable(entries: number, most: number): BlockTable {
  const size = powerFor(most) + 1;
  return {
    places: new Int32Array(2 << size),
    shift: 32 - size,
    next: new Int32Array(entries),
    before: new Uint8Array(entries),
  };
}

/** The place of the number, or a free one. */
function placeOf({ places, shift }: BlockTable, number: number): number {
  let place = (Math.imul(number, spread) >>> shift) * 2;
  while (places[place + 1] !== 0 && places[place] !== number) place = (place + 2) & (places.length - 1);
  return place;
}

/** The last entry of a number, and 1; 0 for none. `next` leads to the others. */
export function entriesOf(table: BlockTable, number: number): number {
  return table.places[placeOf(table, number) + 1] ?? 0;
}

/** @returns whether it is the first of its number */
export function addEntry(table: BlockTable, number: number, entry: number): boolean {
  const { places, next, before } = table;
  const place = placeOf(table, number);
  const link = places[place + 1] ?? 0;
  next[entry] = link;
  before[entry] = link === 0 ? 0 : Math.min(255, (before[link - 1] ?? 0) + 1);
  places[place] = number;
  places[place + 1] = entry + 1;
  return link === 0;
}
