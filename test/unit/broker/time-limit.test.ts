import { expect, test } from '@jest/globals';
import { revokeLease } from '../../../src/broker/leases/revoke-lease.ts';
import { Overtime, withTimeLimit } from '../../../src/broker/domain/time-limit.ts';
import { breakers } from '../../../src/broker/leases/breaker.ts';
import { leaseRecord } from '../../support/broker/leases.ts';
import { testClock } from '../../support/broker/world.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('work that does not listen to its signal is left behind all the same', async () => {
  const clock = testClock();
  let told: AbortSignal | undefined;
  const limited = withTimeLimit(clock, 1000, (signal) => {
    told = signal;
    return never();
  });
  clock.advance(1);
  await expect(limited).rejects.toThrow(Overtime);
  expect(told?.aborted).toBe(true);
});

test('work that is done in time gives its outcome, good or bad', async () => {
  const clock = testClock();
  expect(await withTimeLimit(clock, 1000, () => Promise.resolve('done'))).toBe('done');
  await expect(withTimeLimit(clock, 1000, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
});

test('a backend that never answers a revocation holds up no other: the lease stays queued', async () => {
  const clock = testClock();
  const settled: string[] = [];
  const attempt = revokeLease(
    {
      clock,
      leaseTime: clock,
      breakers: breakers(clock, () => 0),
      open: (lease) => Promise.resolve(lease),
      revoke: never,
      settle: (_, { state }) => Promise.resolve(void settled.push(state)),
      audit: () => Promise.resolve(),
    },
    leaseRecord(),
  );
  clock.advance(15);
  expect(await attempt).toBe(false);
  expect(settled).toEqual(['revoking']);
});
