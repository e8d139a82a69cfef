import { markdownTable } from '../../domain/markdown-table.ts';
import type { Finding } from '../finding.ts';
import { hintMarkdown, ruleUrl } from '../rules/rule-page.ts';
import type { RuleText } from '../rules/rule.ts';
import { countsOf, openOf, stops, type ReportFormat } from './report.ts';

/** A step’s summary may have 1 MiB; a person reads less. */
const mostRows = 300;
const mostUnits = 200;

/** Markdown, as a job’s summary on GitHub takes it. */
export const summaryReport: ReportFormat = (report) => {
  const { files, findings } = report;
  const open = openOf(findings);
  const rules = [...new Map(open.map(({ rule }) => [rule.id, rule])).values()];
  const more = open.length - mostRows;
  return [
    `## Static secrets: ${verdict(report)}`,
    `${String(files)} files read: ${countsOf(findings)}.`,
    ...(open.length === 0
      ? []
      : [markdownTable(['', 'rule', 'where', 'what'], open.slice(0, mostRows).map(row)).trimEnd()]),
    ...(more > 0 ? [`${String(more)} more are not shown.`] : []),
    ...rules.map(details),
    '',
  ].join('\n\n');
};

function verdict(report: Parameters<ReportFormat>[0]): string {
  if (stops(report)) return 'the job stops';
  const found = openOf(report.findings).length > 0;
  return found ? 'nothing that stops the job' : 'none found';
}

function row({ rule, severity, path, start, message, job, step }: Finding): string[] {
  const place = [`${path}:${String(start.line)}`, job ?? '', step ?? ''].filter((each) => each !== '');
  return [severity, rule.id, place.join(', ').slice(0, mostUnits), message.slice(0, mostUnits)];
}

function details(rule: RuleText): string {
  const head = `<summary><b>${rule.id}</b> ${rule.name}: what to do instead</summary>`;
  return [
    `<details>${head}`,
    rule.why,
    hintMarkdown(rule),
    `[More about ${rule.id}](${ruleUrl(rule)})`,
    '</details>',
  ].join('\n\n');
}
