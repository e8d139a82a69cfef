import { printable } from '../../domain/printable.ts';
import type { Condition } from '../domain/condition.ts';
import type { PolicyAnswer } from './explain-policy.ts';

/** The answer for a person: a line for each condition, and what becomes of it. */
export function explainText({
  allowed,
  role,
  issuer,
  granted,
  considered,
  roleAccess,
  guardrails,
  open,
}: PolicyAnswer): string {
  const ruling =
    granted === undefined
      ? ''
      : ` to ${granted.access}, for ${String(granted.ttlSeconds)} s, by ${granted.policy.id}`;
  return [
    ...(considered.length === 0 ? [`no policy names this repository or project of ${issuer}\n`] : []),
    ...considered.map(({ policy, conditions }) => `policy ${policy}\n${lines(conditions)}`),
    ...(roleAccess === undefined ? [] : [`role ${printable(role)}\n${lines(roleAccess)}`]),
    ...(guardrails === undefined || guardrails.allowed
      ? []
      : [
          `guardrails\n${[...guardrails.forbidden, ...guardrails.errors].map((each) => `  NO  ${printable(each)}\n`).join('')}`,
        ]),
    `${allowed ? 'ALLOWED' : 'DENIED'}: ${printable(role)}${ruling}\n`,
    ...open.map((line) => `${line}\n`),
  ].join('\n');
}

function lines(conditions: readonly Condition[]): string {
  const width = Math.max(...conditions.map(({ name }) => name.length));
  return conditions
    .map(({ name, expected, actual, holds }) => {
      const why = holds ? '' : `   (expected ${printable(expected)})`;
      return `  ${holds ? 'ok' : 'NO'}  ${printable(name).padEnd(width)}  ${printable(actual)}${why}\n`;
    })
    .join('');
}
