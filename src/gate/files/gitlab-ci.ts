import type { IdTokenRequest, Include, Job, PipelineReader, Step, UntracedFile } from './file.ts';
import { bindingsOf, scriptOf } from './bindings.ts';
import { variableUsesOf } from './variable-uses.ts';
import type { Source } from './source.ts';
import { joinedText, type WrittenText } from './written-text.ts';
import { child, entriesOf, itemsOf, leavesOf, textOf, type Entry, type Tree } from './yaml-tree.ts';

/** https://docs.gitlab.com/ci/yaml/ */
export const gitlabCi: PipelineReader = {
  platform: 'gitlab-ci',
  owns: (path) =>
    /(^|\/)(\.gitlab-ci\.ya?ml|[^/]+\.gitlab-ci\.ya?ml|\.gitlab\/(.*\/)?[^/]+\.ya?ml)$/.test(path),
  resembles: (tree) => {
    const entries = entriesOf(tree);
    const keys = entries.map(({ key }) => key);
    if (keys.includes('stages') || keys.includes('include')) return true;
    return entries.some(({ value }) => ['script', 'extends', 'trigger'].some((key) => child(value, key)));
  },
  read: readGitlabCi,
  trace: variableUsesOf,
};

/** Keys of the file that are no jobs. */
const keywords = new Set([
  'spec',
  'default',
  'include',
  'stages',
  'variables',
  'workflow',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
]);

function readGitlabCi(source: Source, documents: readonly Tree[]): UntracedFile {
  const roots = documents.filter((each) => child(each, 'spec') === undefined);
  const entries = roots.flatMap((root) => [...entriesOf(root)]);
  const common = roots.map((root) =>
    jobOf({ key: 'default', keySpan: { start: 0, end: 0 }, value: root }, true),
  );
  const jobs = entries
    .filter(({ key, value }) => value.kind === 'branch' && (key === 'default' || !keywords.has(key)))
    .map((entry) => jobOf(entry, false));
  return {
    source,
    platform: 'gitlab-ci',
    kind: 'workflow',
    triggers: [],
    permissions: undefined,
    variables: roots.flatMap((root) => bindingsOf(child(root, 'variables'))),
    jobs: [...common.filter(({ steps }) => steps.length > 0), ...jobs],
    includes: [
      ...roots.flatMap((root) => includesOf(child(root, 'include'))),
      // A child pipeline: what it is made of runs with this project’s variables, too.
      ...jobs.flatMap(({ tree }) => includesOf(child(child(tree, 'trigger'), 'include'))),
    ],
    documents: roots,
    literals: [],
  };
}

/** @param shared the keywords of the whole file, which are read as if they were a job's */
function jobOf({ key, keySpan, value }: Entry, shared: boolean): Job {
  const environment = child(value, 'environment');
  const name = textOf(environment) ?? textOf(child(environment, 'name'));
  return {
    name: key,
    span: keySpan,
    variables: shared ? [] : bindingsOf(child(value, 'variables')),
    steps: stepsOf(value),
    permissions: undefined,
    environment: name === undefined || name.value === '' ? undefined : { name: name.value, span: name.span },
    runsOn: leavesOf(child(value, 'tags')).map(({ text }) => text.value),
    calls: undefined,
    outputs: [],
    condition: undefined,
    idTokens: entriesOf(child(value, 'id_tokens')).map(idTokenOf),
    tree: value,
  };
}

function idTokenOf({ key, keySpan, value }: Entry): IdTokenRequest {
  const audiences = leavesOf(child(value, 'aud')).map(({ text }) => text.value);
  return { name: key, span: keySpan, audiences };
}

/** What a job runs, in one script: what one line sets, the next has. */
function stepsOf(job: Tree): Step[] {
  const lines = ['before_script', 'script', 'after_script'].flatMap((key) => linesOf(child(job, key)));
  if (lines.length === 0) return [];
  const text = joinedText(lines);
  const script = scriptOf(text, /\$env:\w/i.test(text.value) ? 'other' : 'shell');
  return [
    {
      span: text.span,
      name: 'script',
      id: undefined,
      action: undefined,
      inputs: [],
      variables: [],
      script,
      condition: undefined,
    },
  ];
}

/** Lists in lists are one list; each is read once, however often it is referred to. */
function linesOf(tree: Tree | undefined): WrittenText[] {
  return leavesOf(
    tree,
    (each) => each.kind !== 'branch' && !(each.kind === 'list' && each.tag === '!reference'),
  ).map(({ text }) => text);
}

function includesOf(tree: Tree | undefined): Include[] {
  return itemsOf(tree).flatMap((item): Include[] => {
    const plain = textOf(item);
    if (plain !== undefined) return [includeOf(plain, /^https?:/.test(plain.value) ? 'elsewhere' : 'local')];
    const local = textOf(child(item, 'local'));
    if (local !== undefined) return [includeOf(local, 'local')];
    const made = textOf(child(item, 'artifact'));
    if (made !== undefined) return [{ name: made.value, span: made.span, how: 'unresolvable' }];
    return ['remote', 'project', 'component'].flatMap((key) => {
      const text = textOf(child(item, key));
      return text === undefined ? [] : [includeOf(text, 'elsewhere')];
    });
  });
}

function includeOf({ value, span }: WrittenText, how: 'local' | 'elsewhere'): Include {
  return { name: value, span, how: value.includes('$') ? 'unresolvable' : how };
}
