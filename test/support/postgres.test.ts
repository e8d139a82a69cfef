import { expect } from '@jest/globals';
import { Client } from 'pg';
import { testWith } from './peers.ts';
import { startPostgres } from './postgres.ts';

testWith(
  ['postgres'],
  'a cluster is made, gives databases, crashes, starts again, and stands still',
  async () => {
    await using cluster = await startPostgres();
    const [one, other] = [await cluster.freshDatabase(), await cluster.freshDatabase()];
    await cluster.query('CREATE TABLE there (number INT)', one.name);
    expect(await cluster.query('SELECT number FROM there', one.name)).toEqual([]);
    await expect(cluster.query('SELECT number FROM there', other.name)).rejects.toThrow('does not exist');

    await cluster.stop('immediate');
    await expect(cluster.query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await cluster.start();
    expect(await cluster.query('SELECT number FROM there', one.name)).toEqual([]);

    const client = new Client({ connectionString: one.url });
    await client.connect();
    cluster.pause();
    const answer = client.query('SELECT current_user AS name').then(({ rows }) => rows as unknown[]);
    const waits = new Promise((resolve) => setTimeout(resolve, 200, 'no answer'));
    expect(await Promise.race([answer, waits])).toBe('no answer');
    cluster.resume();
    expect(await answer).toEqual([{ name: one.user }]);
    await client.end();
  },
);
