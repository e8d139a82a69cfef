import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { posix } from '../../../src/platforms/posix.ts';
import { clientWorld } from '../../support/client/world.ts';

const outside = { GITHUB_WORKSPACE: '', CI_PROJECT_DIR: '' };

test('L41 a folder for temporary files that lies in a checkout is refused, whoever named it', () => {
  using world = clientWorld({ env: outside });
  const repository = join(world.temp, 'repository');
  mkdirSync(join(repository, '.git'), { recursive: true });
  writeFileSync(join(repository, '.git', 'HEAD'), 'ref: refs/heads/main');
  const at = (TMPDIR: string) => ({ ...world.host, env: { ...outside, TMPDIR } });
  expect(() => posix.attach(at(join(repository, 'tmp')))).toThrow(/TMPDIR.* outside the checkout/);
  expect(() => posix.attach(at(relative(process.cwd(), world.temp)))).toThrow(/TMPDIR.* absolute path/);
  expect(posix.attach(at(world.temp)).folder).toContain(join(world.temp, 'ephemeral-creds'));
});
