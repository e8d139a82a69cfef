import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { trade, type Trade } from '../../../src/commands/trade.ts';
import type { IdToken } from '../../../src/domain/id-token.ts';
import { idTokenFor } from '../../support/client/call.ts';
import { clientWorld } from '../../support/client/world.ts';

/** A trade that lends nothing, and how often it has read what its answer would need. */
function unhurried(minted: Promise<IdToken>): Trade & { readonly loads: () => number } {
  let loads = 0;
  const load = (): Promise<void> => {
    loads++;
    return Promise.resolve();
  };
  const [debt, base] = [{}, { version: 1, audience: 'https://broker.example.com', idToken: 'auto' }] as const;
  const latest = {
    ...base,
    id: '0'.repeat(16),
    provider: 'broker',
    debt,
    leases: [],
    variables: [],
    files: [],
  };
  return {
    endpoint: new URL(base.audience),
    opening: {
      audience: base.audience,
      debt,
      secrets: [],
      load,
      trade: () => Promise.resolve({ leases: [] }),
    },
    source: { name: 'some platform', mints: true, request: () => minted },
    progress: {
      latest: {
        ...latest,
        commandFiles: [],
        post: { revoke: true, failOnRevokeError: false, summary: 'never', caCert: '' },
      },
      outputs: [],
      maybeLent: false,
    },
    loads: () => loads,
  };
}

test('while a platform takes its time to mint, what the answer needs is read', async () => {
  using world = clientWorld();
  const minting = Promise.withResolvers<IdToken>();
  const parts = unhurried(minting.promise);
  const traded = trade(parts, { config: { timeoutSeconds: 30 }, where: world });
  while (parts.loads() === 0) await nextTurn();
  minting.resolve(await idTokenFor('https://broker.example.com'));
  expect(await traded).toEqual({ leases: [] });
  expect(parts.loads()).toBe(1);
});

test('nothing is read while an ID token is just arriving', async () => {
  using world = clientWorld();
  const parts = unhurried(Promise.resolve(await idTokenFor('https://broker.example.com')));
  expect(await trade(parts, { config: { timeoutSeconds: 30 }, where: world })).toEqual({ leases: [] });
  expect(world.journal).toContain('connect https://broker.example.com');
  await nextTurn();
  expect(parts.loads()).toBe(0);
});
