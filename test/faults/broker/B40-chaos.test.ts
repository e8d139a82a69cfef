import { expect } from '@jest/globals';
import { outcomeText, runChaos } from '../../../scripts/chaos/story.ts';
import { testWith } from '../../support/peers.ts';

// The short form of `npm run chaos`: three broker processes, a real PostgreSQL for each side.
testWith(
  ['postgres'],
  'B40: whatever dies or gets lost, no login is unrecorded, none outlives its lease, and nothing is spent twice',
  async () => {
    const outcome = await runChaos({ issues: 150, seed: 40, jobs: 8, tell: () => undefined });
    expect(outcome.breaches.length === 0 ? '' : outcomeText(outcome)).toBe('');
    expect(outcome.ledger.loans.length).toBeGreaterThanOrEqual(150);
    expect(outcome.faults['broker: SIGKILL']).toBeGreaterThan(0);
  },
  240_000,
);
