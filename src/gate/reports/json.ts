import { fingerprints } from '../fingerprint.ts';
import type { ReportFormat } from './report.ts';

/** For programs. */
export const jsonReport: ReportFormat = ({ files, findings }) => {
  const ids = fingerprints(findings);
  return `${JSON.stringify(
    {
      version: 1,
      files,
      findings: findings.map(({ rule, start, end, ...rest }, index) => ({
        rule: rule.id,
        name: rule.name,
        ...rest,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        fingerprint: ids[index],
      })),
    },
    undefined,
    2,
  )}\n`;
};
