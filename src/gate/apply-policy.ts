import type { Finding } from './finding.ts';
import { problemOf, waiverFor, type GatePolicy, type Waiver } from './gate-policy.ts';
import type { RuleText } from './rules/rule.ts';

/** Marks what somebody has answered for. */
export function withWaivers(findings: readonly Finding[], policy: GatePolicy, now: Date): Finding[] {
  return findings.map((finding) => {
    const waiver = waiverFor(finding, policy, now);
    return waiver === undefined ? finding : { ...finding, waived: answered(waiver) };
  });
}

/** What is missing, `problemOf` has found: such a waiver is not in force. */
function answered({
  owner = '',
  reason = '',
  ticket = '',
  expires = '',
}: Waiver): Finding['waived'] & object {
  return { owner, reason, ticket, expires };
}

/** Waivers that waive nothing. @param rules those for an ended and for an unanswered waiver, by id */
export function wrongWaivers(
  { document, waivers }: GatePolicy,
  rules: Readonly<Record<'EO902' | 'EO903', RuleText>>,
  now: Date,
): Finding[] {
  return waivers.flatMap((waiver, index) => {
    const problem = problemOf(waiver, now);
    if (problem === undefined || document === undefined) return [];
    const rule = rules[problem.rule];
    const place = document.position(['waivers', index]);
    const message = `The waiver of ${waiver.rule} ${problem.what}.`;
    const nobody = { job: undefined, step: undefined, secret: waiver.secret };
    return [
      { rule, severity: rule.severity, path: document.file, start: place, end: place, message, ...nobody },
    ];
  });
}
