import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { readContent } from '../../../src/broker/http/content.ts';

const silent = (): Readable => new Readable({ read: () => undefined });

test('content comes as one piece', async () => {
  const message = Readable.from([Buffer.from('ab'), Buffer.from('c')]);
  expect(Buffer.from((await readContent(message, 3)) ?? []).toString()).toBe('abc');
});

test('a message that ends early is no content, whether it ends before or while it is read', async () => {
  const message = silent();
  const reading = readContent(message, 3);
  message.push('ab');
  message.destroy();
  await expect(reading).rejects.toThrow('ended early');
  await expect(readContent(message, 3)).rejects.toThrow('ended early');
});

test('of content that is too long no more is read, and the message stays for its answer', async () => {
  const message = silent();
  const reading = readContent(message, 3);
  message.push('abcd');
  expect(await reading).toBeUndefined();
  expect([message.destroyed, message.isPaused()]).toEqual([false, true]);
});
