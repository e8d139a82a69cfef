import type { CallerRights, Step, UntracedFile } from './file.ts';
import { below, rootOf } from './repository-path.ts';

/** An action that uses one that uses one … */
const mostDepth = 6;

/** Reads an action of a repository; undefined where there is none. */
type ReadAction = (path: string, root: string) => UntracedFile | undefined;

/**
 * Notes in the steps of GitHub’s files what the repository’s own actions do that they use, and in reusable workflows
 * what the jobs may that call them.
 * @param read is asked once for each path
 */
export function withLocalCalls(files: readonly UntracedFile[], read: ReadAction): UntracedFile[] {
  const action = remembered(files, read);
  const callers = callersOf(files);
  return files.map((file) => {
    if (!isGithub(file)) return file;
    const jobs = file.jobs.map((job) => ({ ...job, steps: stepsWith(job.steps, rootOf(file.source.path)) }));
    return { ...file, jobs, callers: callers.get(file.source.path) ?? [] };
  });

  function stepsWith(steps: readonly Step[], root: string, depth = 0): readonly Step[] {
    return steps.map((step) => {
      const { action: used } = step;
      if (used === undefined || !used.name.startsWith('./') || depth >= mostDepth) return step;
      const inside = action(used.name, root)?.jobs.flatMap((job) => job.steps) ?? [];
      return inside.length === 0 ? step : { ...step, within: stepsWith(inside, root, depth + 1) };
    });
  }
}

function isGithub({ platform }: UntracedFile): boolean {
  return platform === 'github-actions' || platform === 'forgejo';
}

function remembered(
  files: readonly UntracedFile[],
  read: ReadAction,
): (name: string, root: string) => UntracedFile | undefined {
  const known = new Map<string, UntracedFile | undefined>(files.map((file) => [file.source.path, file]));
  return (name, root) => {
    for (const form of ['action.yml', 'action.yaml']) {
      const path = below(root, `${name}/${form}`);
      if (path === undefined) return undefined;
      if (!known.has(path)) known.set(path, read(path, root));
      const file = known.get(path);
      if (file !== undefined) return file;
    }
    return undefined;
  };
}

/** The rights of the jobs that call each workflow of their own repository, by its path. */
function callersOf(files: readonly UntracedFile[]): ReadonlyMap<string, readonly CallerRights[]> {
  const callers = new Map<string, CallerRights[]>();
  for (const { source, jobs, permissions } of files)
    for (const job of jobs) {
      const target = job.calls?.target ?? '';
      const path = target.startsWith('./') ? below(rootOf(source.path), target) : undefined;
      if (path === undefined) continue;
      const rights = { ofJob: job.permissions, ofFile: permissions };
      callers.set(path, [...(callers.get(path) ?? []), rights]);
    }
  return callers;
}
