/** Programs of this machine that some tests need beside Node, npm and git: `npm run peers` installs them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '@jest/globals';
import { inNamespace } from './namespace.ts';

export type Peer =
  'bash' | 'busybox' | 'dash' | 'fish' | 'namespaces' | 'postgres' | 'rsync' | 'strace' | 'zsh';

/** Path of a program, or undefined where it is not installed. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** Folder of `initdb` and `postgres`; undefined where there is none. Debian keeps them out of PATH. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a)).map((name) => join(debian, name, 'bin'));
  const inPath = (process.env['PATH'] ?? '').split(delimiter);
  return [...newest, ...inPath].find((folder) => existsSync(join(folder, 'initdb')));
}

/** Whether this machine has it. */
export function has(peer: Peer): boolean {
  if (peer === 'postgres') return findPostgres() !== undefined;
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
