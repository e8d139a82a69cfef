import type { PipelineFile, UnreadableFile } from './files/file.ts';
import type { SecretUse } from './files/secret-use.ts';
import type { Source, Span } from './files/source.ts';
import { excerptOf } from './excerpt.ts';
import type { Finding } from './finding.ts';
import { decide } from './rules/decide.ts';
import type { CredentialRule, FileRule, Judged, Rule, RuleText, Severity, Spot } from './rules/rule.ts';

/** The rules that a file is held against; the registry’s, unless a test has fewer. */
export interface RuleBook {
  readonly credentials: readonly CredentialRule[];
  readonly unknown: CredentialRule;
  readonly files: readonly FileRule[];
  readonly unreadable: RuleText;
}

/**
 * Everything that the rules find in a file, in its order.
 * @param classification names of secrets that the repository itself has told about: `identifier`, or a rule’s id
 */
export function inspect(
  file: PipelineFile,
  book: RuleBook,
  classification: Readonly<Record<string, string>> = {},
): Finding[] {
  const decided = judge(file, book, classification);
  const used = decided.filter(({ use }) => !use.tested);
  const known = new Set(used.map(({ use }) => use.secret));
  const asked = decided.filter(({ use }) => use.tested && !known.has(use.secret));
  const found = [
    ...used.flatMap(({ use, rule }) => (rule === undefined ? [] : [fromUse(file, use, rule, rule.severity)])),
    ...firstOfEach(asked).flatMap(({ use, rule }) =>
      rule === undefined ? [] : [fromUse(file, use, rule, 'note')],
    ),
    ...book.files.flatMap((rule) =>
      rule.find(file, decided).map((spot) => fromSpot(file.source, rule, spot)),
    ),
  ];
  return inOrder(once(found));
}

/** Every reference to a secret, and the rule that knows it; without one it is no secret. */
export function judge(
  file: PipelineFile,
  book: RuleBook,
  classification: Readonly<Record<string, string>>,
): Judged[] {
  const judged = file.uses.map((use) => ({ use, rule: classified(use, file, book, classification) }));
  // What nothing tells here, another place in the file may.
  const known = new Map(
    judged.flatMap(({ use, rule }) =>
      rule === undefined || rule === book.unknown ? [] : [[use.secret, rule]],
    ),
  );
  return judged.map(({ use, rule }) => ({
    use,
    rule: rule === book.unknown ? (known.get(use.secret) ?? rule) : rule,
  }));
}

export function unreadable({ source, problem, span, severity }: UnreadableFile, book: RuleBook): Finding {
  const message = `The file cannot be read: ${problem}.`;
  return fromSpot(source, book.unreadable, { span, message, ...(severity !== undefined && { severity }) });
}

function firstOfEach<T extends { readonly use: SecretUse }>(uses: readonly T[]): T[] {
  return [...new Map(uses.toReversed().map((each) => [each.use.secret, each])).values()];
}

/** Kinds of which a caller may well hand in one that ends with the job. */
const handedIn: readonly string[] = ['EO105', 'EO106', 'EO114'];

/** What the repository says about a name goes before what the gate thinks of it. */
function classified(
  use: SecretUse,
  file: PipelineFile,
  book: RuleBook,
  classification: Readonly<Record<string, string>>,
): CredentialRule | undefined {
  const said = Object.hasOwn(classification, use.secret) ? classification[use.secret] : undefined;
  if (said === 'identifier') return undefined;
  return book.credentials.find(({ id }) => id === said) ?? ruleFor(use, file, book);
}

/** Undefined for what is no secret. */
function ruleFor(use: SecretUse, file: PipelineFile, book: RuleBook): CredentialRule | undefined {
  if (use.origin === 'input' && file.kind !== 'action') return undefined;
  const decision = decide(use, file.platform, book.credentials);
  if (decision === 'no-secret') return undefined;
  if (decision === 'unknown') return unknownFor(use, book);
  // A token that is handed in may be the job’s own.
  return use.origin === 'input' && handedIn.includes(decision.id) ? undefined : decision;
}

/** Only the platform’s own store makes a secret of a name that says nothing. */
function unknownFor(use: SecretUse, book: RuleBook): CredentialRule | undefined {
  return use.origin === 'secret' ? book.unknown : undefined;
}

function fromUse(file: PipelineFile, use: SecretUse, rule: CredentialRule, severity: Severity): Finding {
  const { secret, span, step, job, tested } = use;
  const message = tested ? `\`${secret}\` is asked for. ${rule.what}` : `\`${secret}\`: ${rule.what}`;
  const spot = { span, message, job: job?.name, step: step?.name, secret, severity };
  return fromSpot(file.source, rule, spot);
}

function fromSpot(source: Source, rule: RuleText | Rule, spot: Spot): Finding {
  const { span, message, job, step, secret, severity } = spot;
  return {
    rule,
    severity: severity ?? rule.severity,
    path: source.path,
    start: source.position(span.start),
    end: source.position(endOf(source, span)),
    message: message ?? rule.what,
    job,
    step,
    secret,
    ...(source.text !== '' && { excerpt: excerptOf(source, span) }),
  };
}

/** What a reader is shown does not go beyond its line. */
function endOf({ text }: Source, { start, end }: Span): number {
  const line = text.indexOf('\n', start);
  return line < 0 ? Math.max(start, end) : Math.max(start, Math.min(end, line));
}

/** A value that stands in one place and is referred to from many is found once. */
function once(findings: readonly Finding[]): Finding[] {
  const key = ({ rule, start, secret }: Finding): string =>
    [rule.id, start.line, start.column, secret ?? ''].join(' ');
  return [...new Map(findings.toReversed().map((each) => [key(each), each])).values()].toReversed();
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      a.start.line - b.start.line || a.start.column - b.start.column || (a.rule.id < b.rule.id ? -1 : 1),
  );
}
