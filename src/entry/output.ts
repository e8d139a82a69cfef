import { writeSync } from 'node:fs';

/**
 * Writes to standard output at once, so that a mask is out before what it hides, and so that a closed pipe is an
 * error here and not an event later.
 */
export function print(text: string): void {
  write(1, text);
}

/** The same for standard error. */
export function printError(text: string): void {
  write(2, text);
}

function write(descriptor: number, text: string): void {
  const octets = Buffer.from(text);
  for (let done = 0; done < octets.length;) {
    try {
      done += writeSync(descriptor, octets, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A full pipe that someone made non-blocking: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
