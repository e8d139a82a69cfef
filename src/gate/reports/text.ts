import type { Finding } from '../finding.ts';
import { ruleUrl } from '../rules/rule-page.ts';
import type { RuleText } from '../rules/rule.ts';
import { countsOf, type ReportFormat } from './report.ts';

/** For a person: each finding on a line of its own, then what to do about each kind. */
export const textReport: ReportFormat = ({ files, findings }) => {
  const open = findings.filter(({ waived }) => waived === undefined);
  const rules = [...new Map(open.map(({ rule }) => [rule.id, rule])).values()];
  const hints = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(hintText);
  const counts = `\n${String(files)} files read: ${countsOf(findings)}`;
  return [...open.map(line), ...hints, counts, ''].join('\n');
};

function line({ path, start, severity, rule, message, job, step }: Finding): string {
  const where = [job === undefined ? '' : `job ${job}`, step === undefined ? '' : `step ${step}`];
  const place = where.filter((each) => each !== '').join(', ');
  const position = `${path}:${String(start.line)}:${String(start.column)}`;
  const told = `${position}: ${severity} ${rule.id} ${message}`;
  return plain(`${told}${place === '' ? '' : ` (${place.slice(0, mostUnits)})`}`);
}

const mostUnits = 120;

/** Names come from the file: they may hold anything, a command to the runner in whose log this stands, too. */
function plain(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/^\s*::/, ': :')
    .replaceAll('##[', '# [');
}

function hintText(rule: RuleText): string {
  const { id, name, why, hint } = rule;
  return [
    '',
    `${id} ${name}: ${why}`,
    `  ${hint.text}`,
    '  Instead of',
    indented(hint.before),
    '  write',
    indented(hint.after),
    `  ${ruleUrl(rule)}`,
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
