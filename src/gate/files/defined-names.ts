import type { Job, Script, UntracedFile } from './file.ts';
import { startedCommands } from './started-commands.ts';
import { child, entriesOf, textOf, type Entry, type Tree } from './yaml-tree.ts';

/** Names that a file gives a value to: variables, ID tokens, secrets that are fetched, and what its scripts set. */
interface Defined {
  readonly everywhere: ReadonlySet<string>;
  readonly inJob: ReadonlyMap<Job, ReadonlySet<string>>;
}

/**
 * Which names have a value from the pipeline itself.
 * @param files all that make one pipeline
 * @param kin whose definitions a job has; undefined where all jobs have those of all
 */
export function definedNames(
  files: readonly UntracedFile[],
  kin: ((job: Job) => readonly Job[]) | undefined,
): (name: string, job: Job | undefined) => boolean {
  const defined = files.map(definedIn);
  const everywhere = new Set(defined.flatMap((each) => [...each.everywhere]));
  const all = defined.flatMap(({ inJob }) => [...inJob]);
  const anywhere = new Set(all.flatMap(([, names]) => [...names]));
  if (kin === undefined) return (name) => everywhere.has(name) || anywhere.has(name);
  const byJob = new Map(all);
  const scripts = new Set(files.flatMap(({ kind, jobs }) => (kind === 'script' ? jobs : [])));
  const starting = [...byJob.keys()].filter((job) => !scripts.has(job));
  const namesFor = (job: Job): ReadonlySet<string> => {
    const own = scripts.has(job) ? startersOf(job, starting) : [job];
    return new Set([job, ...own.flatMap(kin)].flatMap((each) => [...(byJob.get(each) ?? [])]));
  };
  const ofJobs = new Map<Job, ReadonlySet<string>>();
  return (name, job) => {
    if (everywhere.has(name) || !anywhere.has(name)) return everywhere.has(name);
    if (job === undefined) return true;
    const names = ofJobs.get(job) ?? namesFor(job);
    ofJobs.set(job, names);
    return names.has(name);
  };
}

/** The jobs that start a script of the repository. */
function startersOf(script: Job, jobs: readonly Job[]): readonly Job[] {
  const commands = new Set(script.steps.flatMap((step) => step.script?.shell.commands ?? []));
  return jobs.filter((job) =>
    job.steps.some(
      (step) =>
        step.script !== undefined && startedCommands(step.script.shell).some((each) => commands.has(each)),
    ),
  );
}

const known = new WeakMap<UntracedFile, Defined>();

function definedIn(file: UntracedFile): Defined {
  const found = known.get(file) ?? readDefined(file);
  known.set(file, found);
  return found;
}

function readDefined({ documents, jobs }: UntracedFile): Defined {
  const inJob = new Map(
    jobs.map((job) => [job, new Set([...namesIn(jobTree(job, documents)), ...namesOf(job)])]),
  );
  const trees = new Set(jobs.map(({ tree }) => tree).filter((tree) => !documents.includes(tree)));
  const handedOn = [...inJob].flatMap(([job, names]) => {
    if (child(job.tree, 'trigger') !== undefined) return [...names];
    return child(child(child(job.tree, 'artifacts'), 'reports'), 'dotenv') === undefined
      ? []
      : [...names, ...namesReported(job)];
  });
  return {
    // A child pipeline has the variables of the job that starts it, and later jobs what a report of one says.
    everywhere: new Set([...documents.flatMap((each) => [...namesIn(each, trees)]), ...handedOn]),
    inJob,
  };
}

/** The keywords of a whole file are read as if they were a job's: what is below other jobs is theirs. */
function jobTree({ tree }: Job, documents: readonly Tree[]): Tree | undefined {
  return documents.includes(tree) ? undefined : tree;
}

const maps = new Set(['variables', 'id_tokens', 'secrets', 'matrix', 'environment', 'env']);

/** @param without trees that are not looked into */
function namesIn(root: Tree | undefined, without: ReadonlySet<Tree> = new Set()): ReadonlySet<string> {
  const names = new Set<string>();
  const visited = new Set<Tree>(without);
  const visit = (tree: Tree): void => {
    if (visited.has(tree) || tree.kind === 'leaf') return;
    visited.add(tree);
    if (tree.kind === 'list') tree.items.forEach(visit);
    else
      for (const { key, value } of tree.entries) {
        if (maps.has(key)) {
          const values = value.kind === 'list' ? value.items : [value];
          for (const each of values.flatMap(entriesOf)) if (!handsOn(each)) names.add(each.key);
        }
        visit(value);
      }
  };
  if (root !== undefined) visit(root);
  return names;
}

function namesOf(job: Job): string[] {
  return job.steps.flatMap(({ script }) =>
    script === undefined ? [] : [...namesSet(script), ...script.shell.defines],
  );
}

/** `echo NAME=value >> file`. */
function namesReported(job: Job): string[] {
  const commands = job.steps.flatMap(({ script }) => script?.shell.commands ?? []);
  return commands.flatMap(({ writes, words }) =>
    writes.length === 0
      ? []
      : words.flatMap(({ text }) => {
          const [, name] = /^["']?([A-Za-z_]\w*)=/.exec(text) ?? [];
          return name === undefined || !hasOwnValue(name, text) ? [] : [name];
        }),
  );
}

/** What a script gives a value to; `NAME="${NAME:-…}"` still has the one from outside. */
function namesSet({ shell, text }: Script): string[] {
  return shell.commands.flatMap(({ assigns }) =>
    assigns.flatMap(({ name, span }) =>
      hasOwnValue(name, text.value.slice(span.start, span.end)) ? [name] : [],
    ),
  );
}

function hasOwnValue(name: string, assignment: string): boolean {
  return !new RegExp(`\\$\\{?${name}\\b`).test(assignment);
}

/**
 * A pipe or a service is handed a variable under its own name, `NAME: $NAME`; and one that is empty waits for the
 * project’s, which goes before it.
 */
function handsOn({ key, value }: Entry): boolean {
  const text = textOf(value)?.value;
  return text === '' || text === `$${key}` || text === `\${${key}}`;
}
