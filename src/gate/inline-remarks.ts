import type { Source } from './files/source.ts';
import type { Finding } from './finding.ts';
import { waiverOf, type GatePolicy } from './gate-policy.ts';
import type { RuleText } from './rules/rule.ts';

/** `# ephemeral-creds: ignore EO101, EO105 …`; in files that have no `#`, `//` or `--`. */
const remark =
  /(?:^|\s)(?:#|\/\/|--|<!--)[ \t]*ephemeral-creds:[ \t]*(?:ignore|disable|allow|skip|off|suppress|noqa|nolint|waive)\b([^\n]*)/gim;
const mostRemarks = 200;

/**
 * Remarks in a file that tell the gate to look away. None is heeded: a rule is set aside by a waiver, and one that is
 * in force for the rule and the file answers for the remark, too.
 */
export function inlineRemarks(source: Source, policy: GatePolicy, rule: RuleText, now: Date): Finding[] {
  const found = [...source.text.matchAll(remark)].slice(0, mostRemarks);
  return found.flatMap(({ 0: all, 1: rest = '', index }) => {
    const rules = [...new Set(rest.match(/\bEO\d{3}\b/g) ?? [])];
    const open = rules.filter((id) => waiverOf(id, source.path, policy, now) === undefined);
    if (rules.length > 0 && open.length === 0) return [];
    const start = index + all.length - all.trimStart().length;
    const named = open.length === 0 ? 'no rule by name' : open.join(', ');
    const message = `A remark tells the gate to look away (${named}). It is not heeded.`;
    return [
      {
        ...{ rule, severity: rule.severity, path: source.path, message },
        ...{ start: source.position(start), end: source.position(index + all.trimEnd().length) },
        ...{ job: undefined, step: undefined, secret: undefined },
      },
    ];
  });
}
