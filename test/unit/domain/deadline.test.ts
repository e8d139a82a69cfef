import { expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import { jumpingClock } from '../../support/client/clock.ts';

test('a deadline counts down on the monotonic clock and never below nothing', () => {
  const clock = jumpingClock();
  const deadline = startDeadline(clock, 90);
  expect(deadline.remainingMs()).toBe(90_000);
  clock.advance(89.5);
  expect(deadline.remainingMs()).toBe(500);
  clock.advance(10);
  expect(deadline.remainingMs()).toBe(0);
});

test('a deadline inside another ends no later than that', () => {
  const clock = jumpingClock();
  const outer = startDeadline(clock, 30);
  clock.advance(25);
  expect(startDeadline(clock, 60, outer).remainingMs()).toBe(5000);
  expect(startDeadline(clock, 2, outer).remainingMs()).toBe(2000);
});
