import { newHandle, startReplicas } from '../../support/broker/replicas.ts';
import { startPostgres } from '../../support/postgres.ts';
import { testWith } from '../../support/peers.ts';
import { expect } from '@jest/globals';

testWith(
  ['postgres'],
  'B37 told to end while its database stands still, it ends, though that closes no connection',
  async () => {
    await using cluster = await startPostgres();
    await using replicas = await startReplicas(1, await cluster.freshDatabase(), {
      // So that it has closed its books long before its time is over, which ends it in any case.
      yaml: (yaml) => yaml.replace(/_timeout: 2s/g, '_timeout: 1s'),
    });
    const handle = newHandle();
    // More connections than are used again before it ends.
    const lent = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const request = await replicas.prepare(replicas.job(), 'deploy', index === 0 ? handle : newHandle());
        return (await replicas.send(0, '/token', request)).status;
      }),
    );
    expect(lent).toEqual(lent.map(() => 200));
    cluster.pause();
    // Resolves when the process is gone.
    await replicas.kill(0, 'SIGTERM');
    cluster.resume();
    await replicas.start(0);
    const { body } = await replicas.giveBack(0, handle);
    expect(body['leases']).toMatchObject([{ state: 'revoked' }]);
  },
  60_000,
);
