import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startPlace } from '../support/client/built-broker.ts';
import { testOnNode20 } from '../support/node20.ts';
import { readAction } from '../support/runner-action.ts';

const dist = join(import.meta.dirname, '../../dist');

testOnNode20('the command line answers under Node 20', (node) => {
  const told = execFileSync(node, [join(dist, 'ephemeral-creds.cjs'), '--help'], { encoding: 'utf8' });
  expect(told).toContain('Usage: ephemeral-creds');
});

testOnNode20('the main door starts under Node 20 and says that this is no CI job', (node) => {
  const env = {
    'INPUT_BROKER-URL': 'https://broker.example.com',
    INPUT_ROLE: 'x',
    'INPUT_ID-TOKEN': 'env:T',
  };
  const { status, stdout } = spawnSync(node, [join(dist, 'main.cjs')], { env, encoding: 'utf8' });
  // Not in a shell: no post step would give back.
  expect(stdout).toContain('This is not a job of GitHub Actions');
  expect(stdout).toContain('[input-invalid]');
  expect(status).toBe(64);
});

testOnNode20('a job borrows, gives back early and at its end under Node 20', async (node) => {
  const action = readAction('action.yml');
  const early = readAction('revoke/action.yml');
  await using place = await startPlace();
  await using job = place.job({ node });
  const inputs = (role: string): Record<string, string> => action.inputs({ 'broker-url': place.url, role });
  const first = await job.step(action.main, { inputs: inputs('A=deploy') });
  const second = await job.step(action.main, { inputs: inputs('B=app-ro') });
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  assertHidden(first, [job.env.get('A_EPHEMERAL_TOKEN') ?? '']);
  const ids = first.outputs['lease-ids'] ?? '';
  expect((await job.step(early.main, { inputs: early.inputs({ 'lease-ids': ids }) })).exitCode).toBe(0);
  expect(job.env.get('A_EPHEMERAL_TOKEN')).toBe('');
  const end = await job.post(action.post ?? '', second);
  expect(end.log).toContain('app-ro (lease');
  expect(end.log).toContain('given back (revoked)');
  await job.post(action.post ?? '', first);
  expect(leftOvers(job)).toEqual([]);
});

testOnNode20('a run that may have no ID token is told so under Node 20, too', async (node) => {
  const action = readAction('action.yml');
  await using place = await startPlace();
  await using job = place.job({
    node,
    idToken: { url: '', token: '' },
    github: { actor: 'dependabot[bot]' },
  });
  const main = await job.step(action.main, {
    inputs: action.inputs({ 'broker-url': place.url, role: 'deploy' }),
  });
  expect(main.exitCode).toBe(64);
  expect(main.log).toContain('started by Dependabot');
});
