// https://docs.cedarpolicy.com/
import { invalid } from '../../domain/yaml-document.ts';
import type * as Cedar from './guardrails-cedar.ts';
import { checkGuardrails, type CheckedFile, type Guardrail } from './guardrails-check.ts';
import { cedarRequest, UnfitRequest, type GuardedRequest } from './guardrails-request.ts';
import {
  contextAttributes,
  guardrailSchema,
  jobAttributes,
  jobType,
  type GuardedWorld,
} from './guardrails-schema.ts';
import type { PolicyText } from './load-policies.ts';
import { policyVersion } from './policy-set.ts';

/** What a whole organisation forbids, whatever a trust policy grants. */
export interface Guardrails {
  /** Hash over all of them, and over the schema that they were validated by. */
  readonly version: string;
  readonly size: number;
  /** May what was granted be lent? They only take away. */
  judge(request: GuardedRequest): GuardrailVerdict;
}

export type GuardrailVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** The ids of those that forbid it, and what went wrong. */
      readonly forbidden: readonly string[];
      readonly errors: readonly string[];
    };

/** The one permit there is. Without it Cedar denies everything; with it nothing but a `forbid` decides. */
const granted = { id: 'granted by a trust policy', text: 'permit (principal, action, resource);' };

/**
 * Reads a folder's guardrails as one set: all of them are sound, or none is in force.
 * @throws CredsError `input-invalid`: every problem on a line of its own, with file and line
 */
export async function loadGuardrails(texts: readonly PolicyText[], world: GuardedWorld): Promise<Guardrails> {
  const cedar = await import('./guardrails-cedar.ts');
  const schema = guardrailSchema(world);
  const platforms = [...new Set([...world.issuers.values()].map(({ platform }) => platform))];
  const spoken = {
    jobs: new Map(platforms.map((platform) => [jobType(platform), jobAttributes(platform, world)])),
    context: contextAttributes(world),
  };
  const files = texts.map((each) => checkGuardrails(cedar, each, { schema, spoken }));
  const problems = files.flatMap((each) => each.problems);
  const guardrails = files.flatMap((each) => each.guardrails);
  problems.push(...repeatedIds(files));
  if (problems.length > 0) throw invalid(problems);
  const version = policyVersion(JSON.stringify([schema, guardrails.map(({ id, text }) => [id, text])]));
  prepare(cedar, { version, schema, guardrails });
  return { version, size: guardrails.length, judge: (request) => judge(cedar, version, request) };
}

function repeatedIds(files: readonly CheckedFile[]): string[] {
  const seen = new Map([[granted.id, 'the broker']]);
  return files.flatMap(({ guardrails }) =>
    guardrails.flatMap(({ id, place }) => {
      const earlier = seen.get(id);
      seen.set(id, place);
      return earlier === undefined || id === '' ? [] : [`${place}: ${earlier} has the same @id`];
    }),
  );
}

interface Prepared {
  readonly version: string;
  readonly schema: ReturnType<typeof guardrailSchema>;
  readonly guardrails: readonly Guardrail[];
}

/** Cedar keeps them parsed, under their version: another set is another entry. */
function prepare(cedar: typeof Cedar, { version, schema, guardrails }: Prepared): void {
  const policies = [granted, ...guardrails].map(({ id, text }) => [id, text]);
  const answers = [
    cedar.preparseSchema(version, schema),
    cedar.preparsePolicySet(version, {
      staticPolicies: Object.fromEntries(policies) as Record<string, string>,
    }),
  ];
  for (const answer of answers)
    if (answer.type === 'failure')
      throw invalid(answer.errors.map(({ message }) => `guardrails: ${message}`));
}

/**
 * Cedar leaves out a `forbid` that fails while it is evaluated and goes on to allow, so whatever goes wrong denies.
 */
function judge(cedar: typeof Cedar, version: string, request: GuardedRequest): GuardrailVerdict {
  try {
    const answer = cedar.statefulIsAuthorized({
      ...cedarRequest(request),
      preparsedPolicySetId: version,
      preparsedSchemaName: version,
    });
    if (answer.type === 'failure')
      return denied(
        [],
        answer.errors.map(({ message }) => message),
      );
    const { decision, diagnostics } = answer.response;
    const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
    if (decision === 'allow' && errors.length === 0) return { allowed: true };
    return denied(decision === 'deny' ? diagnostics.reason : [], errors);
  } catch (error) {
    return denied([], [error instanceof UnfitRequest ? error.message : 'Cedar failed']);
  }
}

function denied(forbidden: readonly string[], errors: readonly string[]): GuardrailVerdict {
  return { allowed: false, forbidden, errors };
}
