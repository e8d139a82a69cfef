import type { Job, PipelineFile, Step } from '../files/file.ts';
import type { ShellScript } from '../files/shell.ts';
import type { Span } from '../files/source.ts';
import type { Jobs } from './catalogue.ts';
import { isForAll, jobUnits } from './job-units.ts';
import type { JudgedFile } from './judged-file.ts';
import { startedBy } from './started-scripts.ts';
import { actionFolder, isShortLivedJob, shortLivedSteps } from './short-lived.ts';

/** How far the jobs of a repository are on their way, and how often a short-lived credential is taken in them. */
export interface Tally {
  readonly jobs: Jobs;
  readonly shortLived: number;
}

export function tally(files: readonly JudgedFile[]): Tally {
  const scripts = scriptsThatHold(files);
  const actions = shortLivedActions(files, scripts);
  const jobs = { static: 0, both: 0, shortLived: 0, neither: 0 };
  let shortLived = 0;
  for (const each of files) {
    const holds = holdersOf(each, scripts);
    const takes = takersOf(each, holds.steps, actions);
    shortLived += takes.count;
    for (const { parts } of jobUnits(each.file)) {
      const all = [...parts];
      const isStatic = holds.all || all.some((job) => holds.jobs.has(job));
      const isShort = takes.all || all.some((job) => takes.jobs.has(job));
      jobs[isStatic ? (isShort ? 'both' : 'static') : isShort ? 'shortLived' : 'neither']++;
    }
  }
  return { jobs, shortLived };
}

interface Holders {
  /** All jobs of the file do. */
  readonly all: boolean;
  readonly jobs: ReadonlySet<Job>;
}

/** Rules that look for static secrets by themselves and say in which job. */
const told: ReadonlySet<string> = new Set(['EO116', 'EO210']);

/** Who holds a static secret. */
function holdersOf(
  { file, judged, findings }: JudgedFile,
  scripts: ReadonlySet<ShellScript>,
): Holders & { readonly steps: ReadonlySet<Step> } {
  const held = judged.filter(({ use, rule }) => rule !== undefined && !use.tested).map(({ use }) => use);
  const written = file.literals
    .filter(({ kind }) => kind !== 'short-lived')
    .map(({ span }) => jobAround(file, span));
  const others = findings
    .filter(({ rule, severity }) => told.has(rule.id) && severity !== 'note')
    .map(({ job }) => file.jobs.find(({ name }) => name === job));
  const starting = file.jobs.filter(({ steps }) =>
    steps.some(({ script }) => script !== undefined && startedBy(script).some((each) => scripts.has(each))),
  );
  const jobs = [...held.map(({ job }) => job), ...written, ...others, ...starting];
  return {
    all: jobs.some((job) => isForAll(job, file)),
    jobs: new Set(jobs.filter((job) => job !== undefined)),
    steps: new Set(held.flatMap(({ step }) => step ?? [])),
  };
}

/** Scripts of the repository that a static secret goes into: whoever starts them holds it. */
function scriptsThatHold(files: readonly JudgedFile[]): Set<ShellScript> {
  const found = files
    .filter(({ file }) => file.kind === 'script')
    .flatMap(({ file, judged }) => {
      const steps = judged.flatMap(({ use, rule }) => (rule === undefined || use.tested ? [] : [use.step]));
      const written = file.literals.some(({ kind }) => kind !== 'short-lived');
      return written ? file.jobs.flatMap((job) => job.steps) : steps;
    });
  return new Set(found.flatMap((step) => step?.script?.shell ?? []));
}

function jobAround({ jobs }: PipelineFile, { start }: Span): Job | undefined {
  return jobs.find(
    ({ name, tree: { span } }) =>
      name !== '' && name !== 'default' && span.start <= start && start < span.end,
  );
}

/** Who takes a short-lived credential. @param held steps that a static secret goes into */
function takersOf(
  { file }: JudgedFile,
  held: ReadonlySet<Step>,
  actions: ReadonlySet<string>,
): Holders & { readonly count: number } {
  const steps = shortLivedSteps(file, { held, actions });
  const saying = file.jobs.filter((job) => isShortLivedJob(job, file));
  const jobs = new Set([...saying, ...file.jobs.filter((job) => job.steps.some((step) => steps.has(step)))]);
  // A job that says so and a step in it that does are one use.
  const within = new Set(saying.flatMap((job) => job.steps));
  return {
    all: [...jobs].some((job) => isForAll(job, file)),
    jobs,
    count: saying.length + [...steps].filter((step) => !within.has(step)).length,
  };
}

function shortLivedActions(files: readonly JudgedFile[], scripts: ReadonlySet<ShellScript>): Set<string> {
  const none = new Set<string>();
  const found = files.filter(
    (each) => each.file.kind === 'action' && takersOf(each, holdersOf(each, scripts).steps, none).count > 0,
  );
  return new Set(found.map(({ file }) => actionFolder(file.source.path)));
}
