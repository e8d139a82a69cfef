import type { Finding } from '../finding.ts';
import type { RuleText } from '../rules/rule.ts';
import type { ReportFormat } from './report.ts';

/** For a person: each finding on a line of its own, then what to do about each kind. */
export const textReport: ReportFormat = ({ files, findings }) => {
  const open = findings.filter(({ waived }) => waived === undefined);
  const rules = [...new Map(open.map(({ rule }) => [rule.id, rule])).values()];
  const hints = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(hintText);
  return [...open.map(line), ...hints, summary(files, findings), ''].join('\n');
};

function line({ path, start, severity, rule, message, job, step }: Finding): string {
  const where = [job === undefined ? '' : `job ${job}`, step === undefined ? '' : `step ${step}`];
  const place = where.filter((each) => each !== '').join(', ');
  const position = `${path}:${String(start.line)}:${String(start.column)}`;
  return `${position}: ${severity} ${rule.id} ${message}${place === '' ? '' : ` (${oneLine(place)})`}`;
}

/** Names come from the file: they may hold anything. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 120);
}

function hintText({ id, name, why, hint }: RuleText): string {
  return [
    '',
    `${id} ${name}: ${why}`,
    `  ${hint.text}`,
    '  Instead of',
    indented(hint.before),
    '  write',
    indented(hint.after),
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

function summary(files: number, findings: readonly Finding[]): string {
  const count = (severity: string): string =>
    `${String(findings.filter((each) => each.severity === severity && each.waived === undefined).length)} ${severity}s`;
  const waived = findings.filter((each) => each.waived !== undefined).length;
  const counts = [
    count('error'),
    count('warning'),
    count('note'),
    ...(waived > 0 ? [`${String(waived)} waived`] : []),
  ];
  return `\n${String(files)} files read: ${counts.join(', ')}`;
}
