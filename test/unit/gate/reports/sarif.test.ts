import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../../src/gate/finding.ts';
import { sarifReport } from '../../../../src/gate/reports/sarif.ts';
import { everyFinding, reportOf, telling } from '../../../support/gate/findings.ts';
import { sarifVerdict } from '../../../support/gate/schemas.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly suppressions?: readonly { readonly justification: string }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly [
    { physicalLocation: { artifactLocation: { uri: string }; region: { snippet?: { text: string } } } },
  ];
}
interface RuleOf {
  readonly id: string;
  readonly helpUri: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly markdown: string };
  readonly properties: { readonly tags: readonly string[]; readonly 'security-severity': string };
}
interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly RuleOf[] } };
      readonly automationDetails: { readonly id: string };
      readonly invocations: readonly [{ readonly toolExecutionNotifications?: readonly unknown[] }];
      readonly results: readonly Result[];
    },
  ];
}

const logOf = (findings: readonly Finding[]): Log =>
  JSON.parse(sarifReport(reportOf(findings), telling)) as Log;

let findings: Finding[] = [];
beforeAll(async () => {
  findings = await everyFinding();
});

test('it is valid SARIF 2.1.0, with and without findings and waivers', () => {
  const waived = { owner: 'platform', reason: 'no OIDC yet', ticket: 'SEC-1', expires: '2026-07-01' };
  for (const some of [findings, [], findings.map((each) => ({ ...each, waived }))])
    expect(sarifVerdict(logOf(some))).toEqual([]);
});

test('the schema finds what is wrong, so the test above means something', () => {
  expect(sarifVerdict({ version: '2.1.0', runs: [{ tool: {}, results: [{ level: 'bad' }] }] })).not.toEqual(
    [],
  );
});

describe('what GitHub reads of it', () => {
  test('every result names a rule that is described, and has a fingerprint of its own in its file', () => {
    const [{ tool, results }] = logOf(findings).runs;
    expect(results.length).toBe(findings.length);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    const ids = results.map(({ partialFingerprints }) => Object.values(partialFingerprints).join());
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a rule has a page, what to write before and after, a score, and no text that would be cut off', () => {
    for (const { id, helpUri, shortDescription, fullDescription, help, properties } of logOf(findings).runs[0]
      .tool.driver.rules) {
      expect(helpUri).toMatch(new RegExp(`^https://.*/docs/reference/gate/${id}\\.md$`));
      expect(existsSync(helpUri.replace(/^.*\/blob\/main\//, ''))).toBe(true);
      expect(help.markdown.match(/```yaml\n/g)).toHaveLength(2);
      for (const { text } of [shortDescription, fullDescription])
        expect(text.length).toBeLessThanOrEqual(1024);
      expect(properties.tags.length).toBeLessThanOrEqual(10);
      expect(Number(properties['security-severity'])).toBeGreaterThan(0);
    }
  });

  test('a waiver is a suppression that says who answers, why and until when', () => {
    const waived = { owner: 'platform', reason: 'no OIDC yet', ticket: 'SEC-1', expires: '2026-07-01' };
    const [first] = findings;
    if (first === undefined) throw new Error('nothing is found');
    const [{ results }] = logOf([{ ...first, waived }, first]).runs;
    expect(results.map(({ suppressions }) => suppressions?.[0]?.justification)).toEqual([
      'platform: no OIDC yet (SEC-1, until 2026-07-01)',
      undefined,
    ]);
  });

  test('runs are told apart by a category', () => {
    expect(logOf([]).runs[0].automationDetails.id).toBe('ephemeral-creds-gate/');
  });

  test('a path is a reference that is encoded', () => {
    const [first] = findings;
    if (first === undefined) throw new Error('nothing is found');
    const paths = ['./a b/ü#1.yml', '/abs/x.yml'].map((path) => ({ ...first, path }));
    const uris = logOf(paths).runs[0].results.map(
      ({ locations: [{ physicalLocation }] }) => physicalLocation.artifactLocation.uri,
    );
    expect(uris).toEqual(['a%20b/%C3%BC%231.yml', 'file:///abs/x.yml']);
  });

  test('of more than 25,000 results the worst are kept, the rest is counted, and it stays below 10 MB packed', () => {
    const error = findings.find(({ severity }) => severity === 'error');
    const note = findings.find(({ severity }) => severity === 'note');
    if (error === undefined || note === undefined) throw new Error('nothing is found');
    const many = (finding: Finding, count: number): Finding[] =>
      Array.from({ length: count }, (_, index) => ({ ...finding, job: `job ${String(index)}` }));
    const log = logOf([...many(note, 20_000), ...many(error, 10_000)]);
    const [{ results, invocations }] = log.runs;
    expect(results.length).toBe(25_000);
    expect(results.filter(({ level }) => level === 'error').length).toBe(10_000);
    expect(JSON.stringify(invocations[0].toolExecutionNotifications)).toContain('5000 findings are left out');
    expect(gzipSync(JSON.stringify(log)).length).toBeLessThan(10_000_000);
    expect(sarifVerdict({ ...log, runs: [{ ...log.runs[0], results: results.slice(0, 10) }] })).toEqual([]);
  });
});
