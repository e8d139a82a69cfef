// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
import type { Finding } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import { hintMarkdown, ruleUrl } from '../rules/rule-page.ts';
import type { RuleText } from '../rules/rule.ts';
import { openOf, type ReportFormat } from './report.ts';

/** What GitHub takes of one run; of that it shows the worst 5,000. */
const mostResults = 25_000;
const mostMessage = 1000;

/** What GitHub calls a security alert has a score: high, medium, low. */
const scores = { error: '8.0', warning: '5.0', note: '2.0' } as const;

/** SARIF 2.1.0 (OASIS), as GitHub’s code scanning takes it. */
export const sarifReport: ReportFormat = ({ findings }, { version, at }) => {
  const told = worstOf(findings);
  const rules = [...new Map(told.map(({ rule }) => [rule.id, rule])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const ids = fingerprints(told);
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  const results = told.map((finding, at) => result(finding, index.get(finding.rule.id) ?? -1, ids[at] ?? ''));
  const driver = {
    name: 'ephemeral-creds gate',
    semanticVersion: version,
    informationUri: 'https://github.com/org/ephemeral-creds',
    rules: rules.map(ruleOf),
  };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        automationDetails: { id: 'ephemeral-creds-gate/' },
        invocations: [invocation(findings.length - told.length, at)],
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
};

/** In their order, unless they are too many: then what nobody has answered for, the worst first. */
function worstOf(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= mostResults) return findings;
  return [...openOf(findings), ...findings.filter(({ waived }) => waived !== undefined)].slice(
    0,
    mostResults,
  );
}

function invocation(untold: number, at: Date): object {
  const text = `${String(untold)} findings are left out: a run holds ${String(mostResults)} at most.`;
  return {
    executionSuccessful: true,
    endTimeUtc: at.toISOString(),
    ...(untold > 0 && { toolExecutionNotifications: [{ level: 'warning', message: { text } }] }),
  };
}

function ruleOf(rule: RuleText): object {
  const { id, name, what, why, severity, hint } = rule;
  return {
    id,
    name,
    shortDescription: { text: what },
    fullDescription: { text: why },
    helpUri: ruleUrl(rule),
    help: { text: `${why} ${hint.text}`, markdown: `${why}\n\n${hintMarkdown(rule)}` },
    defaultConfiguration: { level: severity },
    properties: {
      tags: ['security', 'ci', 'secrets'],
      precision: 'high',
      'security-severity': scores[severity],
    },
  };
}

function result(finding: Finding, ruleIndex: number, fingerprint: string): object {
  const { rule, severity, message, path, waived } = finding;
  const { owner, reason, ticket, expires } = waived ?? {};
  const justification = `${String(owner)}: ${String(reason)} (${String(ticket)}, until ${String(expires)})`;
  return {
    ruleId: rule.id,
    ruleIndex,
    level: severity,
    message: { text: message.slice(0, mostMessage) },
    locations: [{ physicalLocation: { artifactLocation: artifact(path), ...regions(finding) } }],
    partialFingerprints: { 'ephemeralCreds/v1': fingerprint },
    ...(waived && { suppressions: [{ kind: 'external', status: 'accepted', justification }] }),
  };
}

/** The text of both is what `excerpt` keeps of the file. */
function regions({ start, end, excerpt }: Finding): object {
  const region = {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
  if (excerpt === undefined) return { region };
  return {
    region: { ...region, snippet: { text: excerpt.found } },
    contextRegion: { startLine: start.line, snippet: { text: excerpt.line } },
  };
}

/** A relative reference, as RFC 3986 writes it: from the root of the checkout. */
function artifact(path: string): object {
  const uri = path.replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}
