import { beforeAll, expect, test } from '@jest/globals';
import type { Finding } from '../../../../src/gate/finding.ts';
import { codeQualityReport } from '../../../../src/gate/reports/code-quality.ts';
import { gitlabSastReport } from '../../../../src/gate/reports/gitlab-sast.ts';
import { everyFinding, reportOf, telling } from '../../../support/gate/findings.ts';
import { sastVerdict } from '../../../support/gate/schemas.ts';

interface Sast {
  readonly scan: Readonly<Record<string, unknown>>;
  readonly vulnerabilities: readonly {
    readonly id: string;
    readonly name: string;
    readonly severity: string;
  }[];
}
const sastOf = (findings: readonly Finding[]): Sast =>
  JSON.parse(gitlabSastReport(reportOf(findings), telling)) as Sast;
const waived = { owner: 'platform', reason: 'no OIDC yet', ticket: 'SEC-1', expires: '2026-07-01' };

let findings: Finding[] = [];
beforeAll(async () => {
  findings = await everyFinding();
});

test('the SAST report is what GitLab demands, with and without findings', () => {
  for (const some of [findings, []]) expect(sastVerdict(sastOf(some))).toEqual([]);
  expect(sastVerdict({ version: '15.0.7', scan: {}, vulnerabilities: [{}] })).not.toEqual([]);
});

test('its times have no zone and no fractions, or GitLab would refuse all of it', () => {
  expect(sastOf([]).scan).toMatchObject({
    start_time: '2026-06-01T12:34:56',
    end_time: '2026-06-01T12:34:56',
  });
});

test('ids are the same in each pipeline, and no two findings have one', () => {
  const ids = sastOf(findings).vulnerabilities.map(({ id }) => id);
  expect(ids).toEqual(sastOf(findings).vulnerabilities.map(({ id }) => id));
  expect(new Set(ids).size).toBe(findings.length);
});

test('a literal secret is critical, another error is high', () => {
  const severity = (rule: string): string | undefined =>
    sastOf(findings.filter((each) => each.rule.id === rule)).vulnerabilities[0]?.severity;
  expect(['EO401', 'EO101', 'EO402'].map(severity)).toEqual(['Critical', 'High', 'Medium']);
});

test('code quality has what GitLab reads, a path without a dot, and a fingerprint of its own for each', () => {
  const [first] = findings;
  if (first === undefined) throw new Error('nothing is found');
  const all = [{ ...first, path: './ci/deploy.yml' }, ...findings];
  const entries = JSON.parse(codeQualityReport(reportOf(all), telling)) as Record<string, unknown>[];
  const place = { path: 'ci/deploy.yml', lines: { begin: first.start.line } };
  expect(entries).toContainEqual(expect.objectContaining({ check_name: first.rule.id, location: place }));
  for (const entry of entries) {
    expect(Object.keys(entry)).toEqual(['description', 'check_name', 'fingerprint', 'severity', 'location']);
    expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(entry['severity']);
  }
  expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(all.length);
});

test('what somebody answers for is in neither: they know no waivers', () => {
  const some = findings.map((each) => ({ ...each, waived }));
  expect(sastOf(some).vulnerabilities).toEqual([]);
  expect(JSON.parse(codeQualityReport(reportOf(some), telling))).toEqual([]);
});
