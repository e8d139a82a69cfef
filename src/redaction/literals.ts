import type { Gathering } from './gathering.ts';

/** Texts in UTF-8, one after the other. */
export interface Literals {
  /** Of the same class as what is searched, since code for one class is faster: no `Buffer`. */
  readonly bytes: Uint8Array;
  /** Where each begins; one more for the end of the last. */
  readonly starts: Int32Array;
}

export function countOf({ starts }: Literals): number {
  return starts.length - 1;
}

export function literalsOf({ bytes, starts }: Gathering): Literals {
  return { bytes: bytes.subarray(0, starts.at(-1)), starts: new Int32Array(starts) };
}
