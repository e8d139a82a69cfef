import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';

const major = '20';

/**
 * A Node 20 on this machine: what the variable NODE20 names, or the first `node` on the PATH of that major version.
 * The project's own Node, which `npm test` puts first, is a newer one.
 */
function findNode20(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['NODE20'] ?? '';
  if (named !== '') return named;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'node')).find((path) => existsSync(path) && isNode20(path));
}

function isNode20(path: string): boolean {
  try {
    const version = execFileSync(path, ['-p', 'process.versions.node'], { env: {}, encoding: 'utf8' });
    return version.startsWith(`${major}.`);
  } catch {
    return false;
  }
}

/** A test of the client's bundles under Node 20; skipped, saying so, on a machine that has none. */
export function testOnNode20(name: string, body: (node: string) => Promise<void> | void): void {
  const node = findNode20();
  if (node === undefined)
    test.skip(`${name} (install Node 20, or set NODE20 to its binary)`, () => undefined);
  else test(name, () => body(node), 30_000);
}
