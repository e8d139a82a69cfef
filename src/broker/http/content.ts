import type { Readable } from 'node:stream';

/**
 * The content of a message, by its events: an iterator over it costs several times as much.
 * @returns undefined when it is longer than so many bytes; the message is then not destroyed, so that the answer goes
 * out on the same connection
 * @throws Error when it ends early
 */
export function readContent(message: Readable, longest: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      message.off('data', take).off('end', finish).off('error', fail).off('close', fail);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= longest) chunks.push(chunk);
      else {
        stop();
        message.pause();
        resolve(undefined);
      }
    };
    const finish = (): void => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const fail = (): void => {
      stop();
      reject(new Error('the message ended early'));
    };
    if (message.destroyed) fail();
    else message.on('data', take).on('end', finish).on('error', fail).on('close', fail);
  });
}
