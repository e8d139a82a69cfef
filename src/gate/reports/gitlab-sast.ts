// https://docs.gitlab.com/development/integrations/secure/#report
import type { Finding } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import { ruleUrl } from '../rules/rule-page.ts';
import { openOf, type ReportFormat, type Telling } from './report.ts';

/** The newest that GitLab 17.0 knows; newer ones take it, too. */
const schemaVersion = '15.0.7';
const schema = `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${schemaVersion}/dist/sast-report-format.json`;

const severities = { error: 'High', warning: 'Medium', note: 'Info' } as const;
const mostName = 255;

/** GitLab’s SAST report. It knows no waivers: they are left out. */
export const gitlabSastReport: ReportFormat = ({ findings }, telling) => {
  const open = openOf(findings);
  const ids = fingerprints(open);
  const vulnerabilities = open.map((finding, index) => vulnerability(finding, ids[index] ?? ''));
  const report = { version: schemaVersion, schema, scan: scan(telling), vulnerabilities };
  return `${JSON.stringify(report, undefined, 2)}\n`;
};

function scan({ version, at }: Telling): object {
  const name = 'ephemeral-creds gate';
  const tool = { id: 'ephemeral-creds-gate', name, version, vendor: { name: 'ephemeral-creds' } };
  // Without a zone and without fractions, or GitLab refuses the whole report.
  const time = at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return {
    analyzer: tool,
    scanner: tool,
    type: 'sast',
    start_time: time,
    end_time: time,
    status: 'success',
  };
}

function vulnerability(finding: Finding, fingerprint: string): object {
  const { rule, severity, message, path, start, end, excerpt } = finding;
  const file = path.replace(/^\.\//, '');
  const lines = { start_line: start.line, end_line: end.line };
  const { text, before, after } = rule.hint;
  return {
    id: uuid(fingerprint),
    name: rule.what.slice(0, mostName),
    description: `${message}\n\n${rule.why}`,
    severity: rule.id.startsWith('EO4') && severity === 'error' ? 'Critical' : severities[severity],
    solution: `${text}\n\nInstead of\n\n${before}\n\nwrite\n\n${after}`,
    identifiers: [
      { type: 'ephemeral_creds_gate', name: `${rule.id} ${rule.name}`, value: rule.id, url: ruleUrl(rule) },
    ],
    links: [{ url: ruleUrl(rule) }],
    location: { file, ...lines },
    tracking: {
      type: 'source',
      items: [{ file, ...lines, signatures: [{ algorithm: 'hash', value: fingerprint }] }],
    },
    ...(excerpt && { raw_source_code_extract: excerpt.line }),
  };
}

/** RFC 9562, version 8, of a fingerprint: the same finding has the same one in each pipeline. */
function uuid(hex: string): string {
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return [a, b, c, d, e].join('-');
}
