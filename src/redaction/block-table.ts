import { powerFor, spread } from './block-filter.ts';

/** Numbers, and which entries have each of them: entries of the same number are linked. */
export interface BlockTable {
  /** Open addressing: a number and its last entry, and 1, in turn. */
  readonly places: Int32Array;
  readonly shift: number;
  /** The entry before it of the same number, and 1; 0 for none. */
  readonly next: Int32Array;
}

/** @param numbers one for each entry */
export function tableOf(numbers: Int32Array): BlockTable {
  const size = powerFor(numbers.length) + 1;
  const table = { places: new Int32Array(2 << size), shift: 32 - size, next: new Int32Array(numbers.length) };
  for (let entry = 0; entry < numbers.length; entry++) {
    const number = numbers[entry] ?? 0;
    const place = placeOf(table, number);
    table.next[entry] = table.places[place + 1] ?? 0;
    table.places[place] = number;
    table.places[place + 1] = entry + 1;
  }
  return table;
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
