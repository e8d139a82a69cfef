/** Programs of this machine that some tests need beside Node, npm and git: `npm run peers` installs them. */
import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';
import { inNamespace } from './namespace.ts';
import { findBrowser, findMoto, findPostgres, findProgram, findSshd, findTwine } from './programs.ts';

export type Peer =
  | 'bash'
  | 'busybox'
  | 'chromium'
  | 'curl'
  | 'dash'
  | 'docker'
  | 'fish'
  | 'gcloud'
  | 'kubectl'
  | 'moto'
  | 'namespaces'
  | 'postgres'
  | 'python3'
  | 'rsync'
  | 'skopeo'
  | 'sshd'
  | 'strace'
  | 'twine'
  | 'zsh';

/** Whether this machine has it. */
export function has(peer: Peer): boolean {
  if (peer === 'postgres') return findPostgres() !== undefined;
  if (peer === 'chromium') return findBrowser() !== undefined;
  if (peer === 'moto') return findMoto() !== undefined;
  if (peer === 'twine') return findTwine() !== undefined;
  if (peer === 'sshd') return findSshd() !== undefined && findProgram('ssh-keygen') !== undefined;
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
