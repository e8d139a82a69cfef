import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const children: ChildProcess[] = [];

/**
 * One folder for all files of this run. However the run ends, by an error, Ctrl+C or a closed pipe, its processes are
 * ended and the folder is removed.
 */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ephemeral-creds-demo-'));
  process.env['TMPDIR'] = folder;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** This process must not outlive us. */
export function own(child: ChildProcess): void {
  children.push(child);
}
