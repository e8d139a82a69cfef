import type { Job, PipelineFile } from '../files/file.ts';
import { child, leavesOf } from '../files/yaml-tree.ts';

/** What a platform runs as one job, whatever parts of the file it is put together from. */
export interface JobUnit {
  readonly parts: ReadonlySet<Job>;
}

/** The jobs of a file; none in an action, which is a part of other files’ jobs. */
export function jobUnits(file: PipelineFile): JobUnit[] {
  if (file.kind !== 'workflow') return [];
  switch (file.platform) {
    case 'github-actions':
    case 'forgejo':
      return file.jobs.map((job) => ({ parts: new Set([job]) }));
    case 'gitlab-ci':
      return gitlabUnits(file.jobs);
    case 'circleci':
      return grouped(file.jobs, ({ name }) => name.split('.').slice(0, 2).join('.'));
    case 'dockerfile':
    case 'trust-policy':
      return [];
    case 'bitbucket-pipelines':
    case 'buildkite': {
      const outermost = outermostOf(file.jobs);
      return grouped(file.jobs, (job) => String(outermost.get(job)));
    }
  }
}

/** What stands above all jobs: each of them has it. */
export function isForAll(job: Job | undefined, { platform }: PipelineFile): boolean {
  if (job === undefined) return true;
  return platform === 'gitlab-ci' ? job.name === 'default' : job.name === '';
}

function grouped(jobs: readonly Job[], key: (job: Job) => string): JobUnit[] {
  const own = jobs.filter(({ name }) => name !== '');
  return [...Map.groupBy(own, key).values()].map((parts) => ({ parts: new Set(parts) }));
}

/** Where the job begins in which another is only a part: a pipe, a plugin. */
function outermostOf(jobs: readonly Job[]): ReadonlyMap<Job, number> {
  const own = jobs.filter(({ name }) => name !== '').map((job) => ({ job, span: job.tree.span }));
  own.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const found = new Map<Job, number>();
  let around = { start: 0, end: 0 };
  for (const { job, span } of own) {
    if (span.end > around.end) around = span;
    found.set(job, around.start);
  }
  return found;
}

/** https://docs.gitlab.com/ci/jobs/#hide-a-job: templates run only as parts of others. */
function gitlabUnits(jobs: readonly Job[]): JobUnit[] {
  const named = new Map(jobs.map((job) => [job.name, job]));
  const common = jobs.filter(({ name }) => name === 'default');
  const own = jobs.filter(({ name }) => name !== 'default');
  const shown = own.filter(({ name }) => !name.startsWith('.'));
  // A file of templates alone stands for the jobs that others make of them.
  return (shown.length > 0 ? shown : own).map((job) => ({
    parts: new Set([...extended(job, named), ...common]),
  }));
}

function extended(job: Job, named: ReadonlyMap<string, Job>): Set<Job> {
  const found = new Set([job]);
  for (const each of found)
    for (const name of extendsOf(each)) {
      const other = named.get(name);
      if (other !== undefined) found.add(other);
    }
  return found;
}

/** Names of the templates that a job of GitLab extends. */
export function extendsOf({ tree }: Job): string[] {
  return leavesOf(child(tree, 'extends')).map(({ text }) => text.value);
}
