/** More than any code unit of a string takes in UTF-8. */
const mostPerUnit = 3;

/** Literals that are put together in place: none is kept as a string. */
export interface Gathering {
  bytes: Uint8Array;
  /** The same memory. */
  room: Buffer;
  /** Where each begins; one more for the end of the last. */
  readonly starts: number[];
}

/** @param size bytes at first; doubled when they do not suffice */
export function gather(size = 4096): Gathering {
  return { ...memoryOf(size), starts: [0] };
}

function memoryOf(size: number): Pick<Gathering, 'bytes' | 'room'> {
  // Not filled: of what is never written to, the system gives no memory.
  const room = Buffer.allocUnsafeSlow(size);
  return { bytes: new Uint8Array(room.buffer), room };
}

/** Where the next literal begins, with memory behind it for so many bytes. */
export function startNext(gathering: Gathering, length: number): number {
  const start = gathering.starts.at(-1) ?? 0;
  const { room } = gathering;
  if (room.length < start + length) {
    Object.assign(gathering, memoryOf(Math.max(start + length, room.length * 2)));
    room.copy(gathering.room, 0, 0, start);
  }
  return start;
}

export function addText(gathering: Gathering, text: string, encoding: BufferEncoding = 'utf8'): void {
  const start = startNext(gathering, text.length * mostPerUnit);
  gathering.starts.push(start + gathering.room.write(text, start, encoding));
}

export function textsOf({ room, starts }: Gathering): string[] {
  return starts.slice(1).map((end, nth) => room.toString('utf8', starts[nth], end));
}
