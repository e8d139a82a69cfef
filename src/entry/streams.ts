import * as fs from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ByteSink, ByteSource } from '../domain/processes.ts';

/** Reads a stream only as fast as it is asked to, so that its writer has to wait. */
export function sourceOf(stream: Readable): ByteSource {
  let over = false;
  let wake = (): void => undefined;
  const end = (): void => {
    over = true;
    wake();
  };
  stream.on('readable', () => {
    wake();
  });
  for (const event of ['end', 'close', 'error']) stream.on(event, end);
  return {
    read: async () => {
      for (;;) {
        const chunk = stream.read() as Uint8Array | null;
        if (chunk !== null) return chunk;
        if (over) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => {
      stream.destroy();
      end();
    },
  };
}

/** A pipe is waited for without holding a thread, so that the process can end although nobody ever writes to it. */
export function sourceFrom(descriptor: number): ByteSource {
  const found = fs.fstatSync(descriptor);
  return sourceOf(
    found.isFIFO() || found.isSocket()
      ? new Socket({ fd: descriptor, readable: true, writable: false })
      : fs.createReadStream('', { fd: descriptor }),
  );
}

/**
 * Writes on a thread: a reader that is slow keeps neither signals nor requests waiting. The descriptor is left as it
 * is: others who share it would not understand why it does not wait any more (O_NONBLOCK).
 */
export function sinkTo(descriptor: number): ByteSink {
  return {
    write: async (bytes) => {
      for (let done = 0; done < bytes.length;) done += await writeSome(descriptor, bytes.subarray(done));
    },
  };
}

/** How long to wait before trying again, in milliseconds, where someone else has set O_NONBLOCK. */
const againMs = 5;

function writeSome(descriptor: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(descriptor, bytes, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code === 'EAGAIN') setTimeout(resolve, againMs, 0);
      else reject(error);
    });
  });
}
