import type { Trust, TrustedSubject } from './trust.ts';
import { child, entriesOf, itemsOf, leavesOf, textOf, type Tree } from './yaml-tree.ts';

/** Platforms whose ID tokens are known here, as AWS writes them in the keys of conditions. */
const platform = /github|gitlab|circleci|agent\.buildkite\.com|bitbucket/i;

/**
 * Statements of IAM that let jobs in, in JSON, CloudFormation or Terraform.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @param name of what it stands in
 */
export function awsTrusts(tree: Tree, name: string): Trust[] {
  const own = insensitive(tree, 'action') ?? insensitive(tree, 'actions');
  const actions = leavesOf(own);
  if (!actions.some(({ text }) => /AssumeRoleWithWebIdentity/i.test(text.value))) return [];
  if (/deny/i.test(textOf(insensitive(tree, 'effect'))?.value ?? '')) return [];
  const conditions = conditionsOf(tree);
  const principals = [insensitive(tree, 'principal'), ...blocks(tree, 'principals')];
  const federated = principals.flatMap((each) => leavesOf(each)).map(({ text }) => text.value);
  const keys = conditions.map(({ key }) => key);
  const subjects = conditions.filter(({ key, narrows }) => narrows && /:sub$/i.test(key));
  const asked = subjects.flatMap(({ values }) => values.map(({ pattern }) => pattern));
  const known = [...federated, ...keys].some((each) => platform.test(each));
  if (!known && !asked.some((each) => /^(repo|project_path|org):/.test(each))) return [];
  const others = conditions.filter(
    ({ narrows, values }) => narrows && values.every(({ pattern }) => pattern !== '*'),
  );
  const claims = others
    .map(({ key }) => key.replace(/^.*:/, '').toLowerCase())
    .filter((key) => key !== 'sub' && key !== 'aud');
  const sid = textOf(insensitive(tree, 'sid'))?.value ?? name;
  const span = actions[0]?.span ?? tree.span;
  return [
    { span, name: sid, subjects: narrowest(subjects.map(({ values }) => values)), claims: new Set(claims) },
  ];
}

interface Condition {
  readonly key: string;
  /** One that excludes some lets all others in. */
  readonly narrows: boolean;
  readonly values: readonly TrustedSubject[];
}

function conditionsOf(statement: Tree): Condition[] {
  const written = entriesOf(insensitive(statement, 'condition')).flatMap(({ key: test, value }) =>
    entriesOf(value).map((entry) => conditionOf(test, entry.key, entry.value)),
  );
  const inBlocks = blocks(statement, 'condition').flatMap((block) => {
    const [test, variable] = ['test', 'variable'].map((key) => textOf(child(block, key))?.value);
    return variable === undefined ? [] : [conditionOf(test ?? '', variable, child(block, 'values'))];
  });
  return [...written, ...inBlocks];
}

function conditionOf(test: string, key: string, values: Tree | undefined): Condition {
  // `ForAllValues:StringLike`, `StringEqualsIfExists`; only the Like operators know `*`.
  const like = /like/i.test(test);
  return {
    key,
    narrows: !/not|null/i.test(test),
    values: leavesOf(values).map(({ text, span }) => ({
      pattern: like ? text.value : text.value.replaceAll('*', '\\*'),
      span,
    })),
  };
}

/** Where several conditions ask about the subject all must hold: the one with the fewest wildcards decides. */
function narrowest(all: readonly (readonly TrustedSubject[])[]): readonly TrustedSubject[] {
  const wild = (subjects: readonly TrustedSubject[]): number =>
    subjects.filter(({ pattern }) => /(?<!\\)\*/.test(pattern)).length;
  return all.toSorted((a, b) => wild(a) - wild(b))[0] ?? [];
}

function insensitive(tree: Tree, key: string): Tree | undefined {
  return entriesOf(tree).find((entry) => entry.key.toLowerCase() === key)?.value;
}

/** Blocks of Terraform, `dynamic` ones with their content. */
function blocks(tree: Tree, type: string): Tree[] {
  return entriesOf(tree).flatMap(({ key, value }) => {
    if (key === type) return itemsOf(value).filter(({ kind }) => kind === 'branch');
    if (key !== `dynamic ${type}`) return [];
    const content = child(value, 'content');
    return content === undefined ? [] : [content];
  });
}
