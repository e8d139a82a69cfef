import { newHandle, startReplicas } from '../../support/broker/replicas.ts';
import { startPostgres } from '../../support/postgres.ts';
import { testWith } from '../../support/peers.ts';
import { expect } from '@jest/globals';

testWith(
  ['postgres'],
  'B37 told to end while its database stands still, it ends, though that closes no connection',
  async () => {
    await using cluster = await startPostgres();
    await using replicas = await startReplicas(1, await cluster.freshDatabase());
    const handle = newHandle();
    const request = await replicas.prepare(replicas.job(), 'deploy', handle);
    expect((await replicas.send(0, '/token', request)).status).toBe(200);
    cluster.pause();
    expect((await replicas.giveBack(0, handle)).status).toBe(503);
    // Resolves when the process is gone.
    await replicas.kill(0, 'SIGTERM');
    cluster.resume();
    await replicas.start(0);
    const { body } = await replicas.giveBack(0, handle);
    expect(body['leases']).toMatchObject([{ state: 'revoked' }]);
  },
  60_000,
);
