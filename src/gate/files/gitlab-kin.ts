import type { Job, UntracedFile } from './file.ts';
import { child, itemsOf, leavesOf, textOf, type Tree } from './yaml-tree.ts';

/** More jobs than that share one template only where a program wrote them. */
const mostKin = 500;

/**
 * Which jobs’ scripts may run with what a job sets: its own, those of what it extends or refers to, and those of every
 * job that takes something over from it. https://docs.gitlab.com/ci/yaml/yaml_optimization/
 * @param files all that make one pipeline; a job may be written in several of them
 */
export function kinOf(files: readonly UntracedFile[]): (job: Job) => readonly Job[] {
  const jobs = files.flatMap((file) => file.jobs);
  const byName = Map.groupBy(jobs, ({ name }) => name);
  const parents = new Map(jobs.map((job) => [job, parentsOf(job).flatMap((name) => byName.get(name) ?? [])]));
  const children = new Map<Job, Job[]>();
  for (const [job, above] of parents)
    for (const parent of above) {
      const below = children.get(parent) ?? [];
      below.push(job);
      children.set(parent, below);
    }
  const known = new Map<Job, readonly Job[]>();
  return (job) => {
    const kin =
      known.get(job) ??
      reached(
        reached([job], (each) => children.get(each) ?? []),
        (each) => parents.get(each) ?? [],
      );
    known.set(job, kin);
    return kin;
  };
}

function reached(from: readonly Job[], next: (job: Job) => readonly Job[]): readonly Job[] {
  const all = new Set(from);
  // A set is walked through to what was added meanwhile.
  for (const job of all) for (const each of next(job)) if (all.size < mostKin) all.add(each);
  return [...all];
}

/** Each job is looked through once, in however many pipelines it is. */
const knownParents = new WeakMap<Job, readonly string[]>();

/** Names of the jobs that it takes something over from; its own, where it is written in several files. */
function parentsOf(job: Job): readonly string[] {
  const { name, tree } = job;
  const known = knownParents.get(job);
  if (known !== undefined) return known;
  const extended = leavesOf(child(tree, 'extends')).map(({ text }) => text.value);
  const names = [...new Set([name, 'default', ...extended, ...referredTo(tree)])];
  knownParents.set(job, names);
  return names;
}

/** The jobs that `!reference [job, key]` names. */
function referredTo(job: Tree): string[] {
  const found: string[] = [];
  const seen = new Set<Tree>();
  const visit = (tree: Tree): void => {
    if (seen.has(tree) || tree.kind === 'leaf') return;
    seen.add(tree);
    if (tree.kind === 'list' && tree.tag === '!reference') {
      const name = textOf(itemsOf(tree)[0])?.value;
      if (name !== undefined) found.push(name);
    } else if (tree.kind === 'list') tree.items.forEach(visit);
    else for (const { value } of tree.entries) visit(value);
  };
  visit(job);
  return found;
}
