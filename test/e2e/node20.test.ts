import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { testOnNode20 } from '../support/node20.ts';

const dist = join(import.meta.dirname, '../../dist');

testOnNode20('the command line answers under Node 20', (node) => {
  const told = execFileSync(node, [join(dist, 'ephemeral-creds.cjs'), '--help'], { encoding: 'utf8' });
  expect(told).toContain('Usage: ephemeral-creds');
});

testOnNode20('the main door starts under Node 20 and says that this is no CI job', (node) => {
  const { status, stdout } = spawnSync(node, [join(dist, 'main.cjs')], { env: {}, encoding: 'utf8' });
  expect(stdout).toContain('[input-invalid]');
  expect(status).toBe(64);
});
