import { expect, test } from '@jest/globals';
import { knownNetworks } from '../../../src/broker/http/known-networks.ts';
import { recentMap } from '../../../src/broker/http/recent-map.ts';
import { tokenBuckets } from '../../../src/broker/http/token-bucket.ts';
import { testClock } from '../../support/broker/world.ts';
import { fc } from '../../support/property.ts';

test('what was set is remembered for its time, and in the end forgotten', () => {
  const clock = testClock();
  const map = recentMap<number>(clock, { ms: 10_000, most: 100 });
  map.set('a', 1);
  clock.advance(9);
  map.set('b', 2);
  clock.advance(1);
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, 2, 3]);
  clock.advance(9);
  map.set('a', 4);
  clock.advance(1);
  map.set('c', 5);
  for (const name of ['d', 'e', 'f']) map.set(name, 6);
  expect(['a', 'b', 'c', 'd'].map((name) => map.get(name))).toEqual([4, undefined, 5, 6]);
});

test('a crowd drives out only what was not set for as long as so many others were', () => {
  const map = recentMap<number>(testClock(), { ms: 10_000, most: 100 });
  map.set('first', 1);
  for (let other = 0; other < 99; other++) map.set(String(other), other);
  expect(map.get('first')).toBe(1);
  map.set('first', 2);
  for (let other = 100; other < 200; other++) map.set(String(other), other);
  expect(map.get('first')).toBe(2);
  for (let other = 200; other < 300; other++) map.set(String(other), other);
  expect([map.get('first'), map.get('0'), map.get('299')]).toEqual([undefined, undefined, 299]);
});

test('whoever comes again and again drives out nobody', () => {
  const map = recentMap<number>(testClock(), { ms: 10_000, most: 100 });
  for (let other = 0; other < 200; other++) map.set(String(other), other);
  for (let again = 0; again < 1000; again++) map.set('199', again);
  expect([map.get('0'), map.get('199')]).toEqual([0, 999]);
});

test('a bucket that is remembered only while it fills gives what one gives that is never forgotten', () => {
  const size = { perSecond: 0.125, capacity: 3 };
  const seconds = fc.constantFrom(0, 0, 1, 2, 3, 24, 30);
  const step = fc.record({ seconds, key: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const clock = testClock();
      const take = tokenBuckets(clock, size);
      const filled = new Map<string, { tokens: number; atMs: number }>();
      for (const { seconds, key } of steps) {
        clock.advance(seconds);
        const atMs = clock.monotonicMs();
        const was = filled.get(key) ?? { tokens: size.capacity, atMs };
        const tokens = Math.min(size.capacity, was.tokens + ((atMs - was.atMs) / 1000) * size.perSecond);
        filled.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs });
        expect(take(key)).toBe(tokens >= 1);
      }
    }),
  );
});

test('a network is known for ten minutes from the last grant', () => {
  const clock = testClock();
  const known = knownNetworks(clock);
  known.note('192.0.2.1');
  clock.advance(599);
  expect([known.has('192.0.2.1'), known.has('192.0.2.2')]).toEqual([true, false]);
  known.note('192.0.2.1');
  clock.advance(600);
  expect(known.has('192.0.2.1')).toBe(false);
});
