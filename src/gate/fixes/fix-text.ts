import { readText, type ReadFile } from '../files/read-text.ts';
import type { FileReader, Job, PipelineFile, Step } from '../files/file.ts';
import { inspect, judge, type RuleBook } from '../inspect.ts';
import type { Finding } from '../finding.ts';
import { NotSure, saysAfter } from './change.ts';
import { changeText } from './change-text.ts';
import { assertScriptsKeepRights } from './token-scopes.ts';
import { policyFor } from './trust-policy.ts';
import type { Asked, Fix, LentRole, Proposal, Rewrite, Wish } from './fix.ts';

/** What a file is read and judged by. */
export interface Means {
  readonly readers: readonly FileReader[];
  readonly book: RuleBook;
  readonly fixes: readonly Fix[];
  readonly classification: Readonly<Record<string, string>>;
  /** Scripts that pipelines start. */
  readonly scripts: readonly PipelineFile[];
}

export interface FixedText {
  readonly text: string;
  /** What was rewritten, in order. */
  readonly done: readonly Done[];
  /** What was not, and why. */
  readonly left: readonly Left[];
  /** What the gate warns of afterwards, and did not before: a job may ask for an ID token now. */
  readonly warns: readonly string[];
}

export interface Done {
  readonly fix: string;
  /** As they were before. */
  readonly job: Job;
  readonly step: Step | undefined;
  readonly secrets: readonly string[];
  readonly events: readonly string[];
  readonly lends: LentRole | undefined;
  readonly reads: readonly Asked[];
  readonly before: readonly string[];
}

export interface Left {
  readonly line: number;
  readonly secret: string | undefined;
  readonly job: string | undefined;
  readonly rule: string;
  readonly why: string;
}

/** No file has more places than that. */
const mostRewrites = 500;

/** Rewrites what can be, one place after the other; each is looked over before the next. */
export function fixText(file: PipelineFile, wish: Wish, means: Means): FixedText {
  const done: Done[] = [];
  const refused = new Map<string, string>();
  let now = file;
  for (let round = 0; round < mostRewrites; round++) {
    const next = firstRewrite(now, refused, { wish, means });
    if (next === undefined) break;
    done.push(next.done);
    now = next.file;
  }
  const left = leftIn(now, refused, { wish, means });
  return { text: now.source.text, done, left, warns: newWarnings(file, now, means) };
}

interface Circumstances {
  readonly wish: Wish;
  readonly means: Means;
}

function firstRewrite(
  file: PipelineFile,
  refused: Map<string, string>,
  { wish, means }: Circumstances,
): { readonly file: PipelineFile; readonly done: Done } | undefined {
  for (const { fix, proposal } of proposals(file, { wish, means })) {
    const key = keyOf(fix, proposal);
    if (refused.has(key)) continue;
    try {
      const rewrite = proposal.make();
      const { events, lends, reads, before } = rewrite;
      const { job, step, secrets } = proposal;
      assertScriptsKeepRights(file, job, rewrite.changes, means.scripts);
      // What no policy can grant is not rewritten.
      if (lends !== undefined) policyFor(file, job, { events, roles: [lends] }, wish);
      const done = { fix: fix.name, job, step, secrets, events, lends, reads, before };
      return { file: rewritten(file, rewrite, means), done };
    } catch (error) {
      if (!(error instanceof NotSure)) throw error;
      refused.set(key, error.message);
    }
  }
  return undefined;
}

function proposals(
  file: PipelineFile,
  { wish, means: { fixes, book, classification, scripts } }: Circumstances,
): { readonly fix: Fix; readonly proposal: Proposal }[] {
  if (file.kind === 'script') return [];
  const judged = judge(file, book, classification);
  return fixes
    .filter(({ platform }) => platform === file.platform)
    .flatMap((fix) => fix.find(file, { judged, wish, scripts }).map((proposal) => ({ fix, proposal })));
}

/** The same place, also when others above it were rewritten. */
function keyOf({ name }: Fix, { job, step, secrets }: Proposal): string {
  const index = step === undefined ? -1 : job.steps.indexOf(step) - job.steps.length;
  return JSON.stringify([name, job.name, index, secrets]);
}

/** @throws NotSure unless the new text says exactly what it should, and the gate finds less in it */
function rewritten(file: PipelineFile, { changes }: Rewrite, means: Means): PipelineFile {
  const before = file.source.text;
  const after = changes.reduce(changeText, before);
  if (!saysAfter(before, changes, after)) throw new NotSure(notAsRead(before));
  const read: ReadFile = readText(file.source.path, after, means.readers);
  if ('problem' in read) throw new NotSure('it could not be read afterwards');
  const [was, is] = [file, read].map((each) => inspect(each, means.book, means.classification));
  if (credentials(is ?? []) >= credentials(was ?? []))
    throw new NotSure('the gate would find as much afterwards');
  const worse = (is ?? []).find(
    (each) => each.severity === 'error' && !(was ?? []).some((old) => isSame(old, each)),
  );
  if (worse !== undefined) throw new NotSure(`the gate would find ${worse.rule.id} afterwards`);
  return read;
}

function notAsRead(text: string): string {
  return /(^|[\s[{,:-])[&*][\w-]/.test(text)
    ? 'a part of it has an anchor and stands in several places'
    : 'it is not written as it is read';
}

function newWarnings(file: PipelineFile, now: PipelineFile, { book, classification }: Means): string[] {
  const [was, is] = [file, now].map((each) => inspect(each, book, classification));
  return (is ?? [])
    .filter((each) => each.severity === 'warning' && !(was ?? []).some((old) => isSame(old, each)))
    .map(({ rule: { id, hint }, path, start, message }) => {
      return `${path}:${String(start.line)} ${id}: ${message} ${hint.text}`;
    });
}

function credentials(findings: readonly Finding[]): number {
  return findings.filter(isCredential).length;
}

function isCredential({ rule: { id }, severity }: Finding): boolean {
  return id.startsWith('EO1') && severity !== 'note';
}

function isSame(one: Finding, other: Finding): boolean {
  return one.rule.id === other.rule.id && one.job === other.job && one.secret === other.secret;
}

function leftIn(
  file: PipelineFile,
  refused: ReadonlyMap<string, string>,
  circumstances: Circumstances,
): Left[] {
  const { book, classification } = circumstances.means;
  const reasons = proposals(file, circumstances).flatMap(({ fix, proposal }) => {
    const why = refused.get(keyOf(fix, proposal));
    return why === undefined ? [] : [{ proposal, why }];
  });
  return inspect(file, book, classification)
    .filter(isCredential)
    .map(({ rule, start, job, step, secret }) => {
      const known = reasons.find(({ proposal: each }) => isPlaceOf(each, { job, step, secret }));
      return { line: start.line, secret, job, rule: rule.id, why: known?.why ?? rule.hint.text };
    });
}

function isPlaceOf(
  { job, step, secrets }: Proposal,
  finding: {
    readonly job: string | undefined;
    readonly step: string | undefined;
    readonly secret: string | undefined;
  },
): boolean {
  if (finding.secret === undefined || !secrets.includes(finding.secret)) return false;
  if (finding.job === undefined) return step === undefined;
  return job.name === finding.job && (step === undefined || step.name === finding.step);
}
