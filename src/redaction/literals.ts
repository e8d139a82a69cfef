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

/** Bytes at first; doubled when they do not suffice. */
const firstRoom = 16_384;
/** More than any code unit of a string takes in UTF-8. */
const mostPerUnit = 3;

/** Literals that are still being put together, so that no text has to be kept until all are there. */
export interface Gathering {
  room: Buffer;
  readonly starts: number[];
}

export function gather(): Gathering {
  return { room: Buffer.allocUnsafeSlow(firstRoom), starts: [0] };
}

/** Adds the text if it has no less and no more than so many bytes. */
export function addText(gathering: Gathering, text: string, least: number, most = Infinity): void {
  // No text has less bytes than code units.
  if (text.length > most) return;
  const end = gathering.starts.at(-1) ?? 0;
  if (gathering.room.length < end + text.length * mostPerUnit)
    enlarge(gathering, end + text.length * mostPerUnit);
  const length = gathering.room.write(text, end);
  if (length >= least && length <= most) gathering.starts.push(end + length);
}

function enlarge(gathering: Gathering, length: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.max(length, gathering.room.length * 2));
  gathering.room.copy(larger);
  gathering.room = larger;
}

export function literalsOf({ room, starts }: Gathering): Literals {
  return { bytes: new Uint8Array(room.buffer, 0, starts.at(-1)), starts: Int32Array.from(starts) };
}
