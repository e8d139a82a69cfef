// https://docs.cedarpolicy.com/policies/json-format.html
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { folded, repositoryFolded } from '../../domain/claim-form.ts';
import { valueProblem } from '../../domain/claim-value.ts';
import { isObject } from '../../protocol/json.ts';
import type { Attributes, TextForm } from './guardrails-schema.ts';

/** What a policy may speak of. */
export interface Spoken {
  /** By the type of job. */
  readonly jobs: ReadonlyMap<string, Attributes>;
  readonly context: Attributes;
}

const comparisons = ['==', '!=', 'contains', 'containsAll', 'containsAny', 'like'];

/**
 * Values with which a policy compares an attribute that never has them: such a guardrail would never forbid anything,
 * and nobody would notice.
 */
export function literalProblems({ principal, conditions }: PolicyJson, spoken: Spoken): string[] {
  // Only `is` narrows: there is no other way to name a job, since its id holds the run.
  const jobs = principal.op === 'is' ? [spoken.jobs.get(principal.entity_type)] : [...spoken.jobs.values()];
  const known = { principal: jobs.filter((each) => each !== undefined), context: [spoken.context] };
  return [...expressionsIn(conditions)].flatMap(([operator, { left, right, pattern }]) => {
    if (!comparisons.includes(operator)) return [];
    const attribute = attributeOf(left, known) ?? attributeOf(right, known);
    if (attribute === undefined) return [];
    const { name, forms } = attribute;
    const values =
      operator === 'like' ? [...literalParts(pattern)] : [...literalsOf(left), ...literalsOf(right)];
    return values.flatMap((value) => {
      const problems = forms.map((form) =>
        operator === 'like' ? foldProblem(form, value) : compareProblem(form, value),
      );
      // Where platforms differ, the value of any of them will do.
      const [first] = problems;
      return first === undefined || problems.includes(undefined) ? [] : [`${name}: ${first}`];
    });
  });
}

interface Operands {
  readonly left?: unknown;
  readonly right?: unknown;
  readonly pattern?: unknown;
}

function* expressionsIn(node: unknown): Generator<[string, Operands]> {
  if (Array.isArray(node)) for (const each of node) yield* expressionsIn(each);
  if (!isObject(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (isObject(value)) yield [key, value];
    yield* expressionsIn(value);
  }
}

/** `principal.NAME`, `context.NAME` */
function attributeOf(
  node: unknown,
  known: Readonly<Record<'principal' | 'context', readonly Attributes[]>>,
): { readonly name: string; readonly forms: readonly TextForm[] } | undefined {
  const access = isObject(node) ? node['.'] : undefined;
  if (!isObject(access) || typeof access['attr'] !== 'string') return undefined;
  const of = isObject(access['left']) ? access['left']['Var'] : undefined;
  if (of !== 'principal' && of !== 'context') return undefined;
  const name = access['attr'];
  const forms = known[of].flatMap((attributes) => attributes.get(name)?.form ?? []);
  return { name: `${of}.${name}`, forms };
}

function literalsOf(node: unknown): string[] {
  if (!isObject(node)) return [];
  if (typeof node['Value'] === 'string') return [node['Value']];
  return Array.isArray(node['Set']) ? node['Set'].flatMap(literalsOf) : [];
}

function* literalParts(pattern: unknown): Generator<string> {
  if (!Array.isArray(pattern)) return;
  yield pattern.map((part: unknown) => (isObject(part) ? String(part['Literal']) : '*')).join('');
}

function compareProblem(form: TextForm, value: string): string | undefined {
  const fold = foldProblem(form, value);
  if (fold !== undefined || form.form === 'file') return fold;
  if (form.form === 'ref' && value.includes('*'))
    return 'for a pattern write `like` in place of the comparison';
  return valueProblem(form, value);
}

function foldProblem(form: TextForm, value: string): string | undefined {
  const asCompared =
    form.form === 'name' && form.folded
      ? folded(value)
      : form.form === 'file' && form.root === 'repository'
        ? repositoryFolded(value)
        : value;
  return asCompared === value
    ? undefined
    : `the platform folds capitals, so it is compared in small letters: write "${asCompared}"`;
}
