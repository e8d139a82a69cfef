import { expect, test } from '@jest/globals';
import type { Broker } from '../../../src/broker/commands/broker.ts';
import type { Act } from '../../../src/broker/commands/operator-act.ts';
import { revokeSelected } from '../../../src/broker/commands/revoke-selected.ts';
import { testClock } from '../../support/broker/world.ts';

/** FAKE: a store that ends 50,000 leases at a time, which all wait for their own end. */
function brokerWith(pages: number): Broker {
  const clock = testClock();
  const lease = {
    id: 'lse_1',
    state: 'revoking',
    revocability: 'expiry-only',
    credentialExpiresAt: clock.now(),
  };
  const page = Array.from({ length: 50_000 }, () => lease);
  let left = pages;
  const broker = {
    host: { clock },
    leaseTime: clock,
    audit: () => Promise.resolve(),
    store: {
      endSelected: () => Promise.resolve({ leases: left-- > 0 ? page : [], sessions: 0, requests: 0 }),
      leases: (ids: string[]) => Promise.resolve(ids.map(() => lease)),
    },
  };
  return broker as unknown as Broker;
}

test('B34: the leases that are revoked at once may be more than a call takes arguments', async () => {
  const act = { caller: {}, operator: { id: 'alice' }, credential: {} } as unknown as Act;
  const order = { selector: {}, reason: 'INC-7', dryRun: false, waitMs: 0 };
  const found = await revokeSelected(brokerWith(4), act, order);
  expect(found).toMatchObject({ leases: 200_000, revoking: 200_000, revokingUntil: testClock().now() });
});
