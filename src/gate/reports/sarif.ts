import { fingerprints } from '../fingerprint.ts';
import type { Finding } from '../finding.ts';
import type { RuleText } from '../rules/rule.ts';
import type { ReportFormat } from './report.ts';

/** What GitHub takes of one run. */
const mostResults = 25_000;
const mostMessage = 1000;

/**
 * SARIF 2.1.0 (OASIS), as GitHub’s code scanning takes it. Holds no line of the file: a line may hold a secret.
 */
export const sarifReport: ReportFormat = ({ findings }) => {
  const told = findings.slice(0, mostResults);
  const rules = [...new Map(told.map(({ rule }) => [rule.id, rule])).values()].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const ids = fingerprints(told);
  const results = told.map((finding, index) => result(finding, rules, ids[index] ?? ''));
  const driver = { name: 'ephemeral-creds gate', rules: rules.map(ruleOf) };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
};

function ruleOf({ id, name, what, why, severity, hint }: RuleText): object {
  const blocks = [`${why}\n\n${hint.text}`, 'Instead of', fenced(hint.before), 'write', fenced(hint.after)];
  return {
    id,
    name,
    shortDescription: { text: what },
    fullDescription: { text: why },
    help: { text: hint.text, markdown: blocks.join('\n\n') },
    defaultConfiguration: { level: severity },
    properties: { tags: ['security'], precision: 'high' },
  };
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\n\`\`\``;
}

function result(finding: Finding, rules: readonly RuleText[], fingerprint: string): object {
  const { rule, severity, message, path, start, end, waived } = finding;
  const region = {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
  return {
    ruleId: rule.id,
    ruleIndex: rules.indexOf(rule),
    level: severity,
    message: { text: message.slice(0, mostMessage) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) }, region } }],
    partialFingerprints: { 'ephemeralCreds/v1': fingerprint },
    ...(waived === undefined
      ? {}
      : { suppressions: [{ kind: 'external', justification: `${waived.owner}: ${waived.reason}` }] }),
  };
}

/** A relative reference, as RFC 3986 writes it. */
function uriOf(path: string): string {
  return path.replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/');
}
