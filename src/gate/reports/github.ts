// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
import { workflowCommand } from '../../protocol/workflow-command.ts';
import type { Finding } from '../finding.ts';
import { ruleUrl } from '../rules/rule-page.ts';
import { countsOf, openOf, type ReportFormat } from './report.ts';

/** What GitHub keeps of a step: of each level ten annotations, each with at most 64 KiB. A page is enough. */
const mostOfALevel = 10;
const mostUnits = 4000;

const levels = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Annotations of GitHub (and of Forgejo and Gitea), then a line with what there is in all. */
export const githubReport: ReportFormat = ({ files, findings }) => {
  const open = openOf(findings);
  const commands = Object.keys(levels).flatMap((severity) =>
    open
      .filter((each) => each.severity === severity)
      .slice(0, mostOfALevel)
      .map(annotation),
  );
  const more = open.length - commands.length;
  const untold = more > 0 ? `; ${String(more)} more than GitHub shows of one step` : '';
  return `${commands.join('')}${String(files)} files read: ${countsOf(findings)}${untold}\n`;
};

function annotation({ rule, severity, message, path, start, end }: Finding): string {
  // Columns mean something on one line only.
  const columns: Record<string, string> =
    start.line === end.line ? { col: String(start.column), endColumn: String(end.column) } : {};
  const place = { file: path.replace(/^\.\//, ''), line: String(start.line), endLine: String(end.line) };
  const text = `${message}\n${rule.hint.text}\n${ruleUrl(rule)}`.slice(0, mostUnits);
  return workflowCommand(levels[severity], text, {
    ...place,
    ...columns,
    title: `${rule.id} ${rule.name}`,
  });
}
