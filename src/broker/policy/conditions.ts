import type { JobWorkflow, TrustPolicy } from '../../domain/trust-policy.ts';
import { member } from '../../protocol/json.ts';
import type { Issuer, Risk } from '../domain/issuer.ts';

type Claims = Readonly<Record<string, unknown>>;

/** One thing that must hold: what was expected and what came. For the audit log, never for the wire. */
export interface Condition {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly holds: boolean;
}

/** Every condition that the policy and its issuer put on the claims. A claim that is missing, or no text, never fits. */
export function claimConditions(policy: TrustPolicy, issuer: Issuer, claims: Claims): Condition[] {
  return [
    ...[...policy.claims].map(([name, values]) => claimIs(name, values, claims)),
    ...workflowConditions(policy.jobWorkflow, claims),
    ...issuer.risks.map((risk) => riskCondition(risk, claims)),
  ];
}

function claimIs(name: string, values: readonly string[], claims: Claims): Condition {
  const actual = text(claims, name);
  return {
    name,
    expected: values.join(' or '),
    actual: actual ?? 'missing',
    holds: actual !== undefined && values.includes(actual),
  };
}

/** `job_workflow_ref` is `path@ref` of the reusable workflow that defines the job, or of the workflow itself. */
function workflowConditions(workflow: JobWorkflow | undefined, claims: Claims): Condition[] {
  if (workflow === undefined) return [];
  const { path, ref, sha } = workflow;
  const actual = text(claims, 'job_workflow_ref');
  const conditions: Condition[] = [
    {
      name: 'job_workflow',
      expected: `${path}@${ref ?? '(any ref)'}`,
      actual: actual ?? 'missing',
      holds: ref === undefined ? actual?.startsWith(`${path}@`) === true : actual === `${path}@${ref}`,
    },
  ];
  if (sha !== undefined)
    conditions.push({ ...claimIs('job_workflow_sha', sha, claims), name: 'job_workflow.sha' });
  return conditions;
}

function riskCondition(risk: Risk, claims: Claims): Condition {
  const actual = text(claims, risk.claim);
  if ('refused' in risk) {
    return {
      name: `${risk.claim} (default)`,
      expected: `not ${risk.refused.join(', ')}`,
      actual: actual ?? 'missing',
      holds: actual !== undefined && !risk.refused.includes(actual),
    };
  }
  const other = text(claims, risk.equals);
  return {
    name: `${risk.claim} (default)`,
    expected: `absent, or equal to ${risk.equals}`,
    actual: actual ?? 'absent',
    holds: member(claims, risk.claim) === undefined || (actual !== undefined && actual === other),
  };
}

function text(claims: Claims, name: string): string | undefined {
  const value = member(claims, name);
  return typeof value === 'string' ? value : undefined;
}
