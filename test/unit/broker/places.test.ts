import { expect, test } from '@jest/globals';
import { placesFor } from '../../../src/broker/domain/places.ts';

test('who comes takes what is free, and waits when nothing is', async () => {
  const places = placesFor(3);
  expect(await places.take(2)).toBe(2);
  expect(await places.take(Infinity)).toBe(1);
  const order: string[] = [];
  const first = places.take(2).then((count) => order.push(`first ${String(count)}`));
  const second = places.take(5).then((count) => order.push(`second ${String(count)}`));
  places.free(3);
  await Promise.all([first, second]);
  expect(order).toEqual(['first 2', 'second 1']);
});

test('who waits no longer takes nothing', async () => {
  const places = placesFor(1);
  await places.take(1);
  const ending = new AbortController();
  const gone = places.take(1, ending.signal);
  const other = places.take(1);
  ending.abort(new Error('nobody waits for it'));
  await expect(gone).rejects.toThrow('nobody waits for it');
  await expect(places.take(1, ending.signal)).rejects.toThrow('nobody waits for it');
  places.free(1);
  expect(await other).toBe(1);
  places.free(1);
  expect(await places.take(4)).toBe(1);
});
