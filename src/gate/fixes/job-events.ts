import type { Job, PipelineFile, Step } from '../files/file.ts';
import { child, itemsOf, textOf, type Tree } from '../files/yaml-tree.ts';
import { NotSure } from './change.ts';
import type { Wish } from './fix.ts';

/** Under these a stranger’s code may run: no credential is lent to them, and no ID token given. */
const ofStrangers = [
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
  'workflow_run',
  'issue_comment',
];

/**
 * The events under which a job of a workflow, or a step of it, can run, as far as its conditions tell.
 * @throws NotSure where it may run for strangers, or for callers that are not known
 */
export function eventsOf(
  { triggers, kind }: PipelineFile,
  job: Job,
  step: Step | undefined,
  wish: Wish,
): string[] {
  if (kind === 'action') throw new NotSure('whoever uses the action hands the secret in: change it there');
  if (job.calls !== undefined)
    throw new NotSure('a reusable workflow takes the secret: change it there first');
  const names = triggers.map(({ name }) => name);
  if (names.length === 0 || !names.every((name) => /^[a-z_]+$/.test(name)))
    throw new NotSure('the file does not say when it runs');
  if (names.includes('workflow_call'))
    throw new NotSure('it is called by others, who must grant `id-token: write` to it first');
  const conditions = [job.condition, step?.condition].flatMap((each) => conjuncts(each?.text.value ?? ''));
  const left = names.filter((name) => !conditions.some((condition) => excludes(condition, name)));
  const strange = left.find((name) => ofStrangers.includes(name));
  if (strange !== undefined)
    throw new NotSure(`it runs on \`${strange}\`, and so for strangers: an ID token is not for them`);
  if (wish.to === 'broker' && left.includes('pull_request'))
    throw new NotSure(
      'it runs on `pull_request`, for which the broker lends nothing to write: give the job a condition, or split it',
    );
  if (left.length === 0) throw new NotSure('its conditions leave no event under which it runs');
  return left;
}

/** What must all hold; nothing where alternatives are named. */
function conjuncts(condition: string): string[] {
  const [, braced] = /^\s*\$\{\{([^]*)\}\}\s*$/.exec(condition) ?? [];
  const text = braced ?? condition;
  if (/\|\||\$\{\{/.test(text)) return [];
  const parts = [''];
  let depth = 0;
  // In brackets it may be denied, in quotes it is text.
  for (const token of text.match(/'(?:[^']|'')*'|&&|[^]/g) ?? []) {
    if (token === '(' || token === '[') depth++;
    if (token === ')' || token === ']') depth--;
    if (token === '&&' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${token}`);
  }
  return parts.map((each) => each.trim());
}

function excludes(condition: string, event: string): boolean {
  const [, is] = /^github\.event_name\s*==\s*'(\w+)'$/.exec(condition) ?? [];
  if (is !== undefined) return is !== event;
  const [, isNot] = /^github\.event_name\s*!=\s*'(\w+)'$/.exec(condition) ?? [];
  if (isNot !== undefined) return isNot === event;
  // The ref of a pull request is refs/pull/…/merge.
  const ofRef =
    /^github\.ref(_name)?\s*==\s*'(refs\/(heads|tags)\/)?[\w./-]+'$|^startsWith\(\s*github\.ref\s*,\s*'refs\/(heads|tags)\/[^']*'\s*\)$/;
  return event === 'pull_request' && ofRef.test(condition);
}

/** The refs that jobs of these events have, as far as the file tells; `other`: it names some that no policy can. */
export function refsOf(
  { documents }: PipelineFile,
  events: readonly string[],
  job: Job,
  wish: Wish,
): { readonly refs: readonly string[]; readonly other: boolean } {
  const [, wanted] =
    /github\.ref\s*==\s*'(refs\/heads\/[\w./-]+)'/.exec(job.condition?.text.value ?? '') ?? [];
  if (wanted !== undefined) return { refs: [wanted], other: false };
  const home = `refs/heads/${wish.branch}`;
  const push = events.includes('push') ? child(child(documents[0], 'on'), 'push') : undefined;
  const [branches, tags] = [namesIn(push, 'branches'), namesIn(push, 'tags')];
  const named = [...branches.map((each) => `refs/heads/${each}`), ...tags.map(tagRef)];
  const usual =
    events.some((event) => event !== 'push' && event !== 'release') ||
    (named.length === 0 && events.includes('push'));
  const released = events.includes('release') ? ['refs/tags/*'] : [];
  const all = [...new Set([...named, ...released, ...(usual ? [home] : [])])];
  const refs = all.filter((each) => /^refs\/(heads|tags)\/([\w.-]+\/)*([\w.-]+|\*)$/.test(each));
  return {
    refs: refs.length === 0 ? [home] : refs,
    other: refs.length < all.length || (push === undefined && events.includes('push')),
  };
}

/** A policy’s `*` stands for a whole name: `v*` is any tag. */
function tagRef(name: string): string {
  return /^[\w.-]*\*{1,2}[\w.*-]*$/.test(name) ? 'refs/tags/*' : `refs/tags/${name}`;
}

function namesIn(push: Tree | undefined, key: string): string[] {
  return itemsOf(child(push, key)).flatMap((item) => textOf(item)?.value ?? []);
}
