import type {
  ActionReference,
  Call,
  Job,
  Named,
  Permissions,
  PipelineReader,
  Step,
  UntracedFile,
} from './file.ts';
import { bindingOf, bindingsOf, scriptOf } from './bindings.ts';
import { secretUsesOf } from './github-uses.ts';
import type { Source } from './source.ts';
import { child, entriesOf, itemsOf, leavesOf, textOf, type Entry, type Tree } from './yaml-tree.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax */
export const githubActions: PipelineReader = {
  platform: 'github-actions',
  owns: (path) => /(^|\/)\.github\/(workflows\/[^/]+|(.*\/)?action)\.ya?ml$|(^|\/)action\.ya?ml$/.test(path),
  resembles: (tree) => {
    const keys = entriesOf(tree).map(({ key }) => key);
    if (keys.includes('on') && keys.includes('jobs')) return true;
    return keys.includes('runs') && child(child(tree, 'runs'), 'using') !== undefined;
  },
  read: (source, documents) => readGithubActions(source, documents),
  trace: secretUsesOf,
};

/** @param platform of others that read the same files */
export function readGithubActions(
  source: Source,
  documents: readonly Tree[],
  platform: UntracedFile['platform'] = 'github-actions',
): UntracedFile {
  const [root] = documents;
  const runs = child(root, 'runs');
  const shells = { root: defaultShell(root), job: undefined };
  const jobs =
    runs === undefined
      ? entriesOf(child(root, 'jobs')).map((entry) => jobOf(entry, shells.root))
      : [actionAsJob(runs)];
  return {
    source,
    platform,
    kind: runs === undefined ? ('workflow' as const) : ('action' as const),
    triggers: triggersOf(child(root, 'on')),
    permissions: permissionsOf(root),
    variables: bindingsOf(child(root, 'env')),
    jobs,
    includes: [],
    documents,
    literals: [],
  };
}

function triggersOf(on: Tree | undefined): Named[] {
  if (on?.kind === 'branch') return on.entries.map(({ key, keySpan }) => ({ name: key, span: keySpan }));
  return itemsOf(on).flatMap((item) =>
    item.kind === 'leaf' ? [{ name: item.text.value, span: item.span }] : [],
  );
}

function permissionsOf(tree: Tree | undefined): Permissions | undefined {
  const entry = entriesOf(tree).find(({ key }) => key === 'permissions');
  if (entry === undefined) return undefined;
  const scopes = entriesOf(entry.value).map(({ key, keySpan, value }) => ({
    name: key,
    span: keySpan,
    access: textOf(value)?.value ?? '',
  }));
  return { span: entry.keySpan, all: textOf(entry.value)?.value, scopes };
}

function jobOf({ key, keySpan, value }: Entry, rootShell: string | undefined): Job {
  const shell = defaultShell(value) ?? rootShell;
  const runsOn = leavesOf(child(value, 'runs-on')).map(({ text }) => text.value);
  const windows = runsOn.some((label) => /windows/i.test(label));
  return {
    name: key,
    span: keySpan,
    variables: bindingsOf(child(value, 'env')),
    steps: stepsOf(child(value, 'steps'), shell ?? (windows ? 'pwsh' : undefined)),
    permissions: permissionsOf(value),
    environment: environmentOf(value),
    runsOn,
    calls: callOf(value),
    outputs: bindingsOf(child(value, 'outputs')),
    condition: conditionOf(value),
    idTokens: [],
    tree: value,
  };
}

function actionAsJob(runs: Tree): Job {
  return {
    name: 'runs',
    span: runs.span,
    variables: bindingsOf(child(runs, 'env')),
    steps: stepsOf(child(runs, 'steps'), undefined),
    permissions: undefined,
    environment: undefined,
    runsOn: [],
    calls: undefined,
    outputs: [],
    condition: undefined,
    idTokens: [],
    tree: runs,
  };
}

function defaultShell(tree: Tree | undefined): string | undefined {
  return textOf(child(child(child(tree, 'defaults'), 'run'), 'shell'))?.value;
}

function environmentOf(job: Tree): Named | undefined {
  const environment = child(job, 'environment');
  const name = textOf(environment) ?? textOf(child(environment, 'name'));
  return name === undefined || name.value === '' ? undefined : { name: name.value, span: name.span };
}

function conditionOf(tree: Tree): Step['condition'] {
  const entry = entriesOf(tree).find(({ key }) => key === 'if');
  const text = textOf(entry?.value);
  return entry === undefined || text === undefined ? undefined : bindingOf(entry, text, true);
}

function callOf(job: Tree): Call | undefined {
  const target = textOf(child(job, 'uses'));
  if (target === undefined) return undefined;
  const secrets = child(job, 'secrets');
  const inherits = textOf(secrets)?.value === 'inherit' ? secrets?.span : undefined;
  const inputs = bindingsOf(child(job, 'with'));
  return { target: target.value, span: target.span, inputs, secrets: bindingsOf(secrets), inherits };
}

function stepsOf(steps: Tree | undefined, defaultOfJob: string | undefined): Step[] {
  return itemsOf(steps).flatMap((tree, index) =>
    tree.kind === 'branch' ? [stepOf(tree, index, defaultOfJob)] : [],
  );
}

function stepOf(tree: Tree, index: number, defaultOfJob: string | undefined): Step {
  const [id, name, uses, run] = ['id', 'name', 'uses', 'run'].map((key) => textOf(child(tree, key)));
  const action = uses === undefined ? undefined : actionReference(uses.value, uses.span);
  const shell = textOf(child(tree, 'shell'))?.value ?? defaultOfJob ?? 'bash';
  const language = /^(bash|sh|zsh|dash)\b/.test(shell) ? 'shell' : 'other';
  return {
    span: tree.span,
    name: id?.value ?? name?.value ?? action?.name ?? `step ${String(index + 1)}`,
    id: id?.value,
    action,
    inputs: bindingsOf(child(tree, 'with')),
    variables: bindingsOf(child(tree, 'env')),
    script: run === undefined ? undefined : scriptOf(run, language),
    folder: textOf(child(tree, 'working-directory'))?.value,
    condition: conditionOf(tree),
  };
}

function actionReference(written: string, span: ActionReference['span']): ActionReference {
  if (/^(\.|docker:)/.test(written)) return { name: written, ref: '', span };
  const at = written.indexOf('@');
  return at < 0
    ? { name: written.toLowerCase(), ref: '', span }
    : { name: written.slice(0, at).toLowerCase(), ref: written.slice(at + 1).trim(), span };
}
