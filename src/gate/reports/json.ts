import type { ReportFormat } from './report.ts';

/** For programs. */
export const jsonReport: ReportFormat = ({ files, findings }) =>
  `${JSON.stringify(
    {
      version: 1,
      files,
      findings: findings.map(({ rule, start, end, ...rest }) => ({
        rule: rule.id,
        name: rule.name,
        ...rest,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
      })),
    },
    undefined,
    2,
  )}\n`;
