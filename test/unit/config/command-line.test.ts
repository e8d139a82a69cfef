import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configFromWords } from '../../../src/config/command-line.ts';
import { clientWorld } from '../../support/client/world.ts';
import { failureOf } from '../../support/scan.ts';

test('nothing but the words counts: what the runner passes to an action is not seen', async () => {
  using world = clientWorld({ env: { INPUT_ROLE: 'deploy', 'INPUT_BROKER-URL': 'https://evil.example' } });
  expect(await configFromWords({ ttl: '15m' }, world.host)).toMatchObject({ ttlSeconds: 900, roles: [] });
  expect(await configFromWords({}, world.host)).not.toHaveProperty('brokerUrl');
});

test.each([
  ['NODE_DEBUG', 'http'],
  ['NODE_OPTIONS', '--inspect'],
])('%s=%s would print tokens and is refused, as in the action', async (name, value) => {
  using world = clientWorld({ env: { [name]: value } });
  expect(await failureOf(() => configFromWords({}, world.host))).toMatchObject({
    code: 'input-invalid',
    message: expect.stringContaining(name),
  });
});

test.each(['outputs', 'env\noutputs'])(
  '`export: %j` is refused: a credential is never printed',
  async (lines) => {
    using world = clientWorld();
    expect(await failureOf(() => configFromWords({ export: lines }, world.host))).toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('`outputs`'),
    });
  },
);

describe('files do not go into a checkout', () => {
  test.each(['GITHUB_WORKSPACE', 'CI_PROJECT_DIR'])('of which the platform says %s', async (name) => {
    using world = clientWorld({ env: { [name]: '/work/repo' } });
    const problem = await failureOf(() => configFromWords({ 'files-dir': '/work/repo/creds' }, world.host));
    expect(problem).toMatchObject({ message: expect.stringContaining('`files-dir` must lie outside') });
    expect(await configFromWords({ 'files-dir': '/work/creds' }, world.host)).toMatchObject({
      filesDir: '/work/creds',
    });
  });

  test('that only Git knows', async () => {
    using world = clientWorld();
    const checkout = join(world.temp, 'repo');
    mkdirSync(join(checkout, '.git'), { recursive: true });
    writeFileSync(join(checkout, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    const problem = await failureOf(() => configFromWords({ 'files-dir': join(checkout, 'a') }, world.host));
    expect(problem).toMatchObject({ message: expect.stringContaining('`files-dir` must lie outside') });
  });
});
