import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { Source, Span } from './source.ts';

/** A secret that is written out in a file. Its value stays where it is. */
export interface Literal {
  readonly span: Span;
  /** What it looks like: `an AWS access key`. */
  readonly what: string;
  readonly kind: 'long-lived' | 'short-lived' | 'private-key' | 'jwt';
}

/** Beyond that nobody has written a file by hand. */
const mostUnits = 512 * 1024;

/** Secretlint takes milliseconds, and most files hold nothing that looks like a secret. */
const suspicious =
  /AKIA|ASIA|-----BEGIN|:\/\/[^\s/:@]*:[^\s@/]+@|\beyJ|gh[pousr]_|github_pat_|gl[a-z]{2,6}-|npm_|xox[a-z]-|hooks\.slack|sk-|SG\.|shp[a-z]{2}_|pypi-|dop_v1|hvs\.|AIza|\bhf_|dapi[0-9a-f]|basic |(?=[A-Za-z0-9+/_-]*[A-Z])(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*\d)[A-Za-z0-9+/_-]{32,}/;

/** Everything in a text that is a secret by its form. */
export async function literalsIn({ path, text }: Source): Promise<Literal[]> {
  if (text.length > mostUnits || !suspicious.test(text)) return [];
  const own = [
    ...keyIds(text),
    ...privateKeys(text),
    ...encodedKeys(text),
    ...jwts(text),
    ...shortLived(text),
    ...npmTokens(text),
  ];
  const others = (await linted(path, text)).filter(
    ({ span }) => !own.some((each) => each.span.start < span.end && span.start < each.span.end),
  );
  return [...own, ...others].toSorted((a, b) => a.span.start - b.span.start);
}

/** What must not be told of a file. Of a private key that is more than its beginning, which tells that it is one. */
export function valuesOf({ text }: Source, literals: readonly Literal[]): string[] {
  return literals.map(({ kind, span: { start, end } }) => {
    const last = kind === 'private-key' ? text.indexOf('-----END', start) : -1;
    return text.slice(start, last < 0 ? end : last);
  });
}

const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];

async function linted(path: string, text: string): Promise<Literal[]> {
  // The library heeds remarks that switch it off; whoever writes the secret could write them.
  const content = text.replaceAll('secretlint-', 'secretlint_');
  const { messages } = await lintSource({
    source: { filePath: path, content, contentType: 'text', ext: '.yml' },
    options: { config: { rules }, noPhysicFilePath: true },
  });
  return messages
    .filter(({ range }) => !isPlaceholder(content.slice(...range)))
    .map(({ range: [start, end], messageId }) => ({
      span: messageId === 'AWSSecretAccessKey' ? secretKeyAt(content, start) : { start, end },
      what: messageId.toLowerCase().replaceAll('_', ' '),
      kind: 'long-lived' as const,
    }));
}

/** Secretlint names the place of its variable. */
function secretKeyAt(content: string, start: number): Span {
  const found = /[A-Za-z0-9/+=]{40}/.exec(content.slice(start, start + 120));
  const from = start + (found?.index ?? 0);
  return { start: from, end: from + 40 };
}

/** What stands for a secret: a variable, an example, a database of this machine. */
function isPlaceholder(found: string): boolean {
  return (
    /\$[{(A-Za-z]|<[A-Za-z_ -]+>|EXAMPLE|xxxx|\*{3}/i.test(found) ||
    /@(localhost|127\.0\.0\.1|\[::1\]|[a-z][a-z0-9_-]*)([:/]|$)/.test(found)
  );
}

function keyIds(text: string): Literal[] {
  return [...text.matchAll(/\b(AKIA|ASIA)[A-Z2-7]{16}\b/g)]
    .filter(([found]) => !isPlaceholder(found))
    .map(({ 0: found, 1: prefix, index }) => ({
      span: { start: index, end: index + found.length },
      what: prefix === 'AKIA' ? 'an AWS access key' : 'an AWS session key',
      kind: prefix === 'AKIA' ? 'long-lived' : 'short-lived',
    }));
}

/** Tokens of a platform that end with the job or within hours. */
function shortLived(text: string): Literal[] {
  return [...text.matchAll(/\b(ghs_[A-Za-z0-9]{36,}|glcbt-[\w-]{20,})/g)].map(({ 0: found, index }) => ({
    span: { start: index, end: index + found.length },
    what: 'a token of a job',
    kind: 'short-lived',
  }));
}

/** Secretlint looks for them in files named `.npmrc` only; pipelines write such files. */
function npmTokens(text: string): Literal[] {
  return [...text.matchAll(/:_(?:authToken|auth|password)=["']?([A-Za-z0-9_+/=-]{16,})/g)].map(
    ({ 0: found, 1: token = '', index }) => ({
      span: { start: index + found.length - token.length, end: index + found.length },
      what: 'a token of a package registry',
      kind: 'long-lived',
    }),
  );
}

function privateKeys(text: string): Literal[] {
  return [
    ...text.matchAll(
      /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+[A-Za-z0-9+/=:,\- ]{16,}/g,
    ),
  ].map(({ 0: found, index }) => ({
    span: { start: index, end: index + found.length },
    what: 'a private key',
    kind: 'private-key',
  }));
}

/** In base64, as many keep them in one line. */
function encodedKeys(text: string): Literal[] {
  return [...text.matchAll(/\bLS0tLS1CRUdJTi[A-Za-z0-9+/]{60,}/g)]
    .filter(([found]) => Buffer.from(found, 'base64').toString('latin1').includes('PRIVATE KEY'))
    .map(({ 0: found, index }) => ({
      span: { start: index, end: index + found.length },
      what: 'a private key in base64',
      kind: 'private-key',
    }));
}

const jwtForm = /\beyJ[A-Za-z0-9_-]{10,}\.(eyJ[A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{16,}/g;

/** Those that end within the hour they were made in are no standing secret. */
function jwts(text: string): Literal[] {
  return [...text.matchAll(jwtForm)].flatMap(({ 0: found, 1: payload = '', index }): Literal[] => {
    const seconds = lifetime(payload);
    if (seconds !== undefined && seconds <= 3600) return [];
    return [{ span: { start: index, end: index + found.length }, what: 'a JWT', kind: 'jwt' }];
  });
}

/** Undefined for one that never ends. */
function lifetime(payload: string): number | undefined {
  try {
    const { exp, iat } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : undefined;
  } catch {
    return undefined;
  }
}
