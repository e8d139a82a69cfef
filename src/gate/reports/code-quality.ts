// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
import { fingerprints } from '../fingerprint.ts';
import { openOf, type ReportFormat } from './report.ts';

const severities = { error: 'critical', warning: 'minor', note: 'info' } as const;

/** GitLab’s code quality report: what a merge request of any tier shows. It knows no waivers: they are left out. */
export const codeQualityReport: ReportFormat = ({ findings }) => {
  const open = openOf(findings);
  const ids = fingerprints(open);
  const entries = open.map(({ rule, severity, message, path, start }, index) => ({
    description: `${rule.id} ${message} ${rule.hint.text}`,
    check_name: rule.id,
    fingerprint: ids[index],
    severity: severities[severity],
    location: { path: path.replace(/^\.\//, ''), lines: { begin: start.line } },
  }));
  return `${JSON.stringify(entries, undefined, 2)}\n`;
};
