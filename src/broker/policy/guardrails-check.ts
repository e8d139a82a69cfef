import type * as Cedar from './guardrails-cedar.ts';
import type { DetailedError, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { literalProblems, type Spoken } from './guardrails-literals.ts';
import type { PolicyText } from './load-policies.ts';

/** One `forbid`, by the name that its `@id` gives it. */
export interface Guardrail {
  readonly id: string;
  readonly text: string;
  /** `FILE:LINE` */
  readonly place: string;
}

export interface CheckedFile {
  readonly guardrails: readonly Guardrail[];
  /** `FILE:LINE: what`, each something that must be put right. */
  readonly problems: readonly string[];
}

interface Rules {
  readonly schema: SchemaJson<string>;
  readonly spoken: Spoken;
}

/**
 * Reads one file of guardrails and validates it strictly. What Cedar only warns of is an error here, too: a guardrail
 * that can never forbid anything guards nothing.
 */
export function checkGuardrails(cedar: typeof Cedar, { file, text }: PolicyText, rules: Rules): CheckedFile {
  const at = (offset: number): string => `${file}:${String(lineAt(text, offset))}`;
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') return { guardrails: [], problems: told(parts.errors, at) };
  const templates = parts.policy_templates.map(
    (each) => `${at(offsetOf(text, each))}: a template is linked by nobody; write the value out`,
  );
  const read = parts.policies.map((each) =>
    readGuardrail(cedar, { text: each, place: at(offsetOf(text, each)) }, rules),
  );
  const answer = cedar.validate({ schema: rules.schema, policies: { staticPolicies: text } });
  const invalid =
    answer.type === 'failure'
      ? answer.errors
      : [...answer.validationErrors, ...answer.validationWarnings].map(({ error }) => error);
  const warnings = answer.type === 'failure' ? [] : answer.otherWarnings;
  return {
    guardrails: read.flatMap(({ guardrail }) => guardrail ?? []),
    problems: [
      ...templates,
      ...read.flatMap(({ problems }) => problems),
      ...told([...invalid, ...warnings], at),
    ],
  };
}

function readGuardrail(
  cedar: typeof Cedar,
  { text, place }: Pick<Guardrail, 'text' | 'place'>,
  { spoken }: Rules,
): { readonly guardrail?: Guardrail; readonly problems: readonly string[] } {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure')
    return { problems: answer.errors.map(({ message }) => `${place}: ${message}`) };
  const { effect, annotations } = answer.json;
  const id = annotations?.['id'] ?? '';
  const problems = [
    ...(effect === 'forbid' ? [] : ['guardrails only forbid; what is granted stands in the trust policies']),
    ...(id === '' ? ['name it, for the audit log: write @id("no-deploy-from-forks") in front of it'] : []),
    ...literalProblems(answer.json, spoken),
  ];
  return { guardrail: { id, text, place }, problems: problems.map((what) => `${place}: ${what}`) };
}

function told(errors: readonly DetailedError[], at: (offset: number) => string): string[] {
  return errors.map(({ message, help, sourceLocations: [place] = [] }) => {
    const what = message.replace(/^for policy `[^`]*`, /, '');
    const more = [place?.label, help].filter((each) => typeof each === 'string').join('; ');
    return `${at(place?.start ?? 0)}: ${what}${more === '' ? '' : ` (${more})`}`;
  });
}

function offsetOf(text: string, part: string): number {
  return Buffer.byteLength(text.slice(0, Math.max(0, text.indexOf(part))));
}

/** Cedar counts octets. */
function lineAt(text: string, offset: number): number {
  return Buffer.from(text).subarray(0, offset).toString('latin1').split('\n').length;
}
