import { expect, test } from '@jest/globals';
import type { LeaseRecord } from '../../../src/broker/domain/lease-record.ts';
import { placesFor } from '../../../src/broker/domain/places.ts';
import { revocationQueue } from '../../../src/broker/leases/revocation-queue.ts';
import { revokeLease } from '../../../src/broker/leases/revoke-lease.ts';
import { testClock } from '../../support/broker/world.ts';

const lease = { id: 'lse_1', attempts: 0, sealed: true } as LeaseRecord;

test('a queue that was stopped claims nothing more', async () => {
  const going = Promise.withResolvers<undefined>();
  const claims: string[] = [];
  const queue = revocationQueue({
    breakers: { room: () => 1, noted: () => undefined },
    places: () => placesFor(1),
    dueBackends: () => Promise.resolve(['a']),
    begin: (backend) => {
      claims.push(backend);
      return Promise.resolve(claims.length > 5 ? [] : [going.promise]);
    },
  });
  const { done } = await queue.work();
  const stopped = queue.stop();
  going.resolve(undefined);
  await Promise.all([stopped, done]);
  expect(claims).toEqual(['a']);
});

test('B23 a sealed secret that does not open in time puts off that lease, with an alarm, and holds up nothing', async () => {
  const clock = testClock();
  const settled: unknown[] = [];
  const events: unknown[] = [];
  const attempt = revokeLease(
    {
      clock,
      leaseTime: clock,
      breakers: { noted: () => undefined },
      revoke: () => Promise.reject(new Error('nobody asks the backend')),
      open: () => new Promise(() => undefined),
      settle: (id, { state }) => Promise.resolve(void settled.push([id, state])),
      audit: (written) => Promise.resolve(void events.push(...written)),
    },
    lease,
  );
  clock.advance(5);
  expect(await attempt).toBe(false);
  expect(settled).toEqual([['lse_1', 'revoking']]);
  expect(events).toMatchObject([
    { message: 'a lease cannot be revoked: what is sealed for it was not opened in time', alarm: true },
  ]);
});
