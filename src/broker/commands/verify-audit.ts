import { CredsError } from '../../domain/errors.ts';
import { isObject, member, parseStrictJson } from '../../protocol/json.ts';
import type { AuditReport, Finding } from '../audit/audit-report.ts';
import { LogCheck } from '../audit/check-log.ts';
import { logLines } from '../audit/log-lines.ts';
import { SigningKeys } from '../audit/signing-keys.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import { attempt, maxFileBytes } from './named-file.ts';

const lineBreak = 0x0a;

export interface VerifyOptions {
  /** One log, oldest part first. */
  readonly files: readonly [string, ...string[]];
  /** A JWK Set (RFC 7517 §5) as the broker publishes it; without it the key counts with which the log begins. */
  readonly jwks?: string;
  /** A log that begins in the middle, and restarts that standard output cannot link, are no problem. */
  readonly allowGaps: boolean;
}

/**
 * Checks an audit log: fingerprints, links, numbers, signatures. What was taken away at its very end it cannot find.
 * @throws CredsError `input-invalid` when a file cannot be read
 */
export async function verifyAudit(options: VerifyOptions, files: BrokerFiles): Promise<AuditReport> {
  const { jwks, allowGaps } = options;
  const published = jwks === undefined ? undefined : readPublished(jwks, files);
  const check = new LogCheck(new SigningKeys(published), allowGaps);
  for await (const line of logLines(octetsOf(options.files, files))) check.add(line);
  return check.end();
}

/** The octets of audit files, one after the other. @throws CredsError `input-invalid` */
export async function* octetsOf(paths: readonly string[], files: BrokerFiles): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    let last: number | undefined;
    try {
      for await (const chunk of files.chunks(path)) {
        last = chunk.at(-1) ?? last;
        yield chunk;
      }
      // What was cut short at the end of one file is not the beginning of the next one's first line.
      if (last !== undefined && last !== lineBreak && path !== paths.at(-1)) yield Buffer.of(lineBreak);
    } catch (cause) {
      throw new CredsError('input-invalid', `The audit file ${path} cannot be read.`, {
        cause,
        hint: 'Check its name and that you may read it.',
      });
    }
  }
}

function readPublished(path: string, files: BrokerFiles): readonly unknown[] {
  const wrong = (why: string): CredsError =>
    new CredsError('input-invalid', `The key set ${path} ${why}.`, {
      hint: 'Save what the broker publishes at /.well-known/jwks.json, and name that file.',
    });
  const text = attempt(
    () => files.read(path, maxFileBytes),
    (why) => wrong(`cannot be read (${why})`),
  );
  if (text === undefined) throw wrong('does not exist');
  try {
    const document = parseStrictJson(text);
    const keys = isObject(document) ? member(document, 'keys') : undefined;
    if (Array.isArray(keys)) return keys;
  } catch {
    // Told below.
  }
  throw wrong('is not a JWK Set');
}

const compareKey =
  'Whoever can write the log can write it anew with a key of his own: compare the key with the `kid` of the audit key in the broker’s …/.well-known/jwks.json, or give that file with --jwks.';

/** The report for a person. Texts of the log stand in it only in characters that cannot move a terminal. */
export function reportText(report: AuditReport): string {
  const { events, chains, from, until, keys, last } = report;
  const lines = [
    report.intact ? 'The audit log is intact.' : 'THE AUDIT LOG IS NOT INTACT.',
    '',
    `events    ${String(events)} in ${count(chains, 'chain')}, ${count(report.lines, 'line')}`,
    ...(from === undefined || until === undefined ? [] : [`time      ${from} to ${until}`]),
    ...keys.map(({ thumbprint, events: signed }) => `key       ${thumbprint} signed ${String(signed)}`),
    ...(last === undefined
      ? []
      : [`last      ${last.fingerprint}, event ${String(last.sequence)} of chain ${last.chain}`]),
    ...section('Problems', report.problemCount, report.problems),
    ...section('Notes', report.noticeCount, report.notices),
    ...(report.keysGiven ? [] : ['', compareKey]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function section(title: string, all: number, findings: readonly Finding[]): string[] {
  if (all === 0) return [];
  const more = all - findings.length;
  return [
    '',
    `${title}: ${String(all)}`,
    ...findings.map(
      ({ line, sequence, what }) =>
        `  line ${String(line)}${sequence === undefined ? '' : `, event ${String(sequence)}`}: ${what}`,
    ),
    ...(more === 0 ? [] : [`  and ${String(more)} more`]),
  ];
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd').slice(0, 1000);
}
