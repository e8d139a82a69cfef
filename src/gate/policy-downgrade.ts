import type { Finding } from './finding.ts';
import { noPolicy, problemOf, type GatePolicy, type Waiver } from './gate-policy.ts';
import type { RuleText, Severity } from './rules/rule.ts';

/** What the policy file was before the change that is looked at; or why nobody can tell. */
export type PolicyBefore = { readonly policy: GatePolicy } | { readonly unknown: string };

/**
 * What a change of the policy file lets through that was not let through before.
 * @param before the policy of the branch that the change goes to
 * @param severityOf of a credential’s kind, by the id of its rule
 */
export function downgrades(
  before: PolicyBefore,
  now: { readonly policy: GatePolicy; readonly at: Date },
  rule: RuleText,
  severityOf: (id: string) => Severity | undefined,
): Finding[] {
  const { policy } = now;
  if (policy.document === undefined) return [];
  const told =
    'unknown' in before ? unknowable(policy, before.unknown) : weaker(before.policy, now, severityOf);
  return told.map(({ path, message, secret, severity }) => {
    const start = policy.document?.position(path) ?? { line: 1, column: 1 };
    return {
      ...{ rule, severity: severity ?? rule.severity, path: policy.document?.file ?? '', start, end: start },
      ...{ message, job: undefined, step: undefined, secret },
    };
  });
}

interface Told {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly secret?: string | undefined;
  readonly severity?: Severity;
}

/** Nothing is weaker than what holds without a file: then it does not matter what was before. */
function unknowable(policy: GatePolicy, why: string): Told[] {
  const all = weaker({ ...noPolicy }, { policy, at: new Date(0) }, () => undefined);
  return all.length === 0
    ? []
    : [{ path: [], message: `What the policy file was before cannot be told: ${why}.`, severity: 'warning' }];
}

function weaker(
  before: GatePolicy,
  { policy, at }: { readonly policy: GatePolicy; readonly at: Date },
  severityOf: (id: string) => Severity | undefined,
): Told[] {
  const mode: Told[] =
    before.mode === 'enforce' && policy.mode === 'report'
      ? [{ path: ['mode'], message: 'The gate stopped jobs before; with this change it only reports.' }]
      : [];
  return [...mode, ...milder(before, policy, severityOf), ...waivedAnew(before, policy, at)];
}

/** Names that are said to be no secret, or one that stops nothing, and were not before. */
function milder(
  before: GatePolicy,
  { classification }: GatePolicy,
  severityOf: (id: string) => Severity | undefined,
): Told[] {
  return Object.entries(classification).flatMap(([secret, kind]): Told[] => {
    const was = Object.hasOwn(before.classification, secret) ? before.classification[secret] : undefined;
    if (was === kind || was === 'identifier') return [];
    const stops = kind !== 'identifier' && severityOf(kind) !== 'warning';
    if (stops) return [];
    const message = `\`${secret}\` was ${was ?? 'not classified'} before, and is ${kind} by this change.`;
    return [{ path: ['classification', secret], message, secret }];
  });
}

function waivedAnew(before: GatePolicy, { waivers }: GatePolicy, at: Date): Told[] {
  return waivers.flatMap((waiver, index): Told[] => {
    // What waives nothing is told by EO902 and EO903.
    if (at.getTime() > 0 && problemOf(waiver, at) !== undefined) return [];
    const known = before.waivers.filter((each) => covers(each, waiver));
    if (known.some(({ expires = '' }) => expires >= (waiver.expires ?? ''))) return [];
    const what = known.length > 0 ? 'is made longer' : 'is new';
    const message = `The waiver of ${waiver.rule} ${what} by this change.`;
    return [{ path: ['waivers', index], message, secret: waiver.secret }];
  });
}

/** Whether whatever the second waives the first waives, too. */
function covers(wide: Waiver, narrow: Waiver): boolean {
  return (
    wide.rule === narrow.rule &&
    (['path', 'secret', 'job'] as const).every((key) => wide[key] === undefined || wide[key] === narrow[key])
  );
}
