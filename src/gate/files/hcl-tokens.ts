import type { Span } from './source.ts';

export interface HclToken {
  /** `document`: a here-document. */
  readonly kind: 'word' | 'text' | 'document' | 'mark';
  /** Without quotes. */
  readonly text: string;
  readonly span: Span;
}

const mostTokens = 200_000;
const blank = /(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const word = /[A-Za-z_][\w.*-]*/y;

/** What stands in a file of Terraform. Each place is looked at once, whatever is left open. */
export function hclTokens(text: string): HclToken[] {
  const found: HclToken[] = [];
  for (let at = after(blank, text, 0); at < text.length && found.length < mostTokens;) {
    const { token, end } = next(text, at);
    found.push(token);
    at = after(blank, text, end);
  }
  return found;
}

function next(text: string, at: number): { readonly token: HclToken; readonly end: number } {
  if (text[at] === '"') {
    const close = endOfText(text, at + 1);
    return { token: tokenOf('text', text, at + 1, close), end: close + 1 };
  }
  const opened = text.startsWith('<<', at) ? /^<<[-~]?(\w+)\r?\n/.exec(text.slice(at, at + 80)) : null;
  if (opened !== null) {
    const [all, marker = ''] = opened;
    const { close, end } = endOfDocument(text, at + all.length, marker);
    return { token: tokenOf('document', text, at + all.length, close), end };
  }
  const end = after(word, text, at);
  return end > at
    ? { token: tokenOf('word', text, at, end), end }
    : { token: tokenOf('mark', text, at, at + 1), end: at + 1 };
}

function tokenOf(kind: HclToken['kind'], text: string, start: number, end: number): HclToken {
  return { kind, text: text.slice(start, end), span: { start, end } };
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** The quote that closes a text, or the end of its line; quotes in `${…}` are its own. */
function endOfText(text: string, from: number): number {
  let [depth, quoted] = [0, false];
  for (let at = from; at < text.length; at++) {
    const unit = text[at];
    if (unit === '\n') return at;
    if (unit === '\\') at++;
    else if (depth > 0 && quoted) quoted = unit !== '"';
    else if (unit === '"') {
      if (depth === 0) return at;
      quoted = true;
    } else if (unit === '{' && (depth > 0 || text[at - 1] === '$' || text[at - 1] === '%')) depth++;
    else if (unit === '}' && depth > 0) depth--;
  }
  return text.length;
}

/** A line with nothing but the marker; all that is left where there is none. */
function endOfDocument(text: string, from: number, marker: string): { close: number; end: number } {
  for (let start = from; start < text.length;) {
    const line = text.indexOf('\n', start);
    const end = line < 0 ? text.length : line;
    if (text.slice(start, Math.min(end, start + 200)).trim() === marker)
      return { close: Math.max(from, start - 1), end };
    start = end + 1;
  }
  return { close: text.length, end: text.length };
}
