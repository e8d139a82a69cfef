/** Programs of this machine that some tests need beside Node, npm and git: `npm run peers` installs them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';
import { inNamespace } from './namespace.ts';

export type Peer = 'bash' | 'busybox' | 'dash' | 'fish' | 'rsync' | 'namespaces' | 'zsh';

/** Path of a program, or undefined where it is not installed. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

function has(peer: Peer): boolean {
  if (peer !== 'namespaces') return findProgram(peer) !== undefined;
  const [program, ...words] = inNamespace;
  return spawnSync(program, [...words, 'true']).status === 0;
}

/** A test that needs programs of this machine; skipped, saying which, where one is missing. */
export function testWith(
  peers: readonly Peer[],
  name: string,
  body: () => Promise<void> | void,
  timeoutMs = 30_000,
): void {
  const missing = peers.filter((peer) => !has(peer));
  if (missing.length === 0) test(name, body, timeoutMs);
  else test.skip(`${name} (missing: ${missing.join(', ')}; npm run peers)`, () => undefined);
}
