import type { Job, Step, UntracedFile } from './file.ts';
import { bindingsOf, scriptOf } from './bindings.ts';
import type { Source } from './source.ts';
import { joinedText } from './written-text.ts';
import { entriesOf, leavesOf, type Branch, type Tree } from './yaml-tree.ts';

/** How a platform writes scripts and variables, whose secrets are variables like others. */
export interface ShellDialect {
  readonly platform: UntracedFile['platform'];
  /** Keys under which a script stands: a text, or a list of them. */
  readonly scripts: ReadonlySet<string>;
  /** Keys under which variables stand. */
  readonly variables: ReadonlySet<string>;
}

/** Reads a pipeline that is a tree of maps with scripts and variables in them; each such map is a job. */
export function readShellPipeline(
  source: Source,
  documents: readonly Tree[],
  dialect: ShellDialect,
): UntracedFile {
  const jobs = documents.flatMap((root) => jobsIn(root, dialect));
  return {
    source,
    platform: dialect.platform,
    kind: 'workflow',
    triggers: [],
    permissions: undefined,
    variables: [],
    jobs,
    includes: [],
    documents,
    literals: [],
  };
}

function jobsIn(root: Tree, dialect: ShellDialect): Job[] {
  const found: Job[] = [];
  const steps = new Map<Tree, readonly Step[]>();
  /** @returns the steps in a part: what is bound above them is theirs, too */
  const visit = (tree: Tree, name: string): readonly Step[] => {
    if (tree.kind === 'leaf') return [];
    const known = steps.get(tree);
    if (known !== undefined) return known;
    steps.set(tree, []);
    if (tree.kind === 'list') {
      const inside = tree.items.flatMap((item) => visit(item, name)).slice(0, mostSteps);
      steps.set(tree, inside);
      return inside;
    }
    const own = stepOf(tree, dialect);
    const below = tree.entries.flatMap(({ key, value }) =>
      visit(value, name === '' ? key : `${name}.${key}`),
    );
    const all = [...own, ...below].slice(0, mostSteps);
    steps.set(tree, all);
    const variables = tree.entries
      .filter(({ key }) => dialect.variables.has(key))
      .flatMap(({ value }) => bindingsOf(value));
    if (own.length > 0 || variables.length > 0)
      found.push({
        ...nothing,
        name,
        span: tree.span,
        variables,
        steps: variables.length > 0 ? all : own,
        tree,
      });
    return all;
  };
  visit(root, '');
  return found;
}

const mostSteps = 500;

const nothing = {
  permissions: undefined,
  environment: undefined,
  runsOn: [],
  calls: undefined,
  outputs: [],
  condition: undefined,
  idTokens: [],
};

function stepOf(tree: Branch, { scripts }: ShellDialect): Step[] {
  const lines = entriesOf(tree)
    .filter(({ key }) => scripts.has(key))
    .flatMap(({ value }) => leavesOf(value, (part) => part.kind !== 'branch').map(({ text }) => text));
  if (lines.length === 0) return [];
  const text = joinedText(lines);
  const script = scriptOf(text, 'shell');
  const none = { id: undefined, action: undefined, inputs: [], variables: [], condition: undefined };
  return [{ ...none, span: text.span, name: 'script', script }];
}
