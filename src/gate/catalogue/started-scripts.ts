import type { Script } from '../files/file.ts';
import type { ShellScript } from '../files/shell.ts';

/** A script, and those of the repository that it starts, and so on. */
export function startedBy({ shell }: Script): ShellScript[] {
  const found = new Set([shell]);
  for (const each of found) for (const called of each.calls?.values() ?? []) found.add(called.shell);
  return [...found];
}
