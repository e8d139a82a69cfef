import { powerFor, spread } from './block-filter.ts';

/** Blocks and where they stand: entries, those of the same block linked. */
export interface BlockTable {
  /** Open addressing: a block and the number of its last entry, and 1, in turn. */
  readonly places: Int32Array;
  readonly shift: number;
  /** Where in the bytes the block of an entry stands. */
  readonly at: Int32Array;
  /** The entry before it of the same block, and 1; 0 for none. */
  readonly next: Int32Array;
}

export function tableOf(view: DataView, at: Int32Array): BlockTable {
  const size = powerFor(at.length) + 1;
  const table = {
    places: new Int32Array(2 << size),
    shift: 32 - size,
    at,
    next: new Int32Array(at.length),
  };
  for (let entry = 0; entry < at.length; entry++) {
    const block = view.getInt32(at[entry] ?? 0, true);
    const place = placeOf(table, block);
    table.next[entry] = table.places[place + 1] ?? 0;
    table.places[place] = block;
    table.places[place + 1] = entry + 1;
  }
  return table;
}

/** The place of the block, or a free one. */
function placeOf({ places, shift }: BlockTable, block: number): number {
  let place = (Math.imul(block, spread) >>> shift) * 2;
  while (places[place + 1] !== 0 && places[place] !== block) place = (place + 2) & (places.length - 1);
  return place;
}

/** The last entry of a block, and 1; 0 for none. `next` leads to the others. */
export function entriesOf(table: BlockTable, block: number): number {
  return table.places[placeOf(table, block) + 1] ?? 0;
}
