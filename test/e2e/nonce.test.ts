import { expect, test } from '@jest/globals';
import { startPlace } from '../support/client/built-broker.ts';
import { readAction } from '../support/runner-action.ts';

test('a built broker that asks for a nonce lends to the built action, and takes back', async () => {
  const action = readAction('action.yml');
  await using place = await startPlace(undefined, 'nonce: required\n');
  const asked = await fetch(`${place.url}/token`, { method: 'POST' });
  expect(asked.headers.get('dpop-nonce')).toMatch(/^[A-Za-z0-9_-]{48}$/);
  await using job = place.job();
  const main = await job.step(action.main, {
    inputs: action.inputs({ 'broker-url': place.url, role: 'deploy' }),
  });
  expect(main).toMatchObject({ conclusion: 'success', exitCode: 0 });
  expect((job.env.get('EPHEMERAL_TOKEN') ?? '').split('.')).toHaveLength(3);
  const end = await job.post(action.post ?? '', main);
  expect(end.log).toContain('given back (revoked)');
});
