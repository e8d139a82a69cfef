import type { Finding } from './finding.ts';

/** As many units of a secret in a row may be told; one more would help whoever looks for it. */
const window = 8;

/** @returns a text without any stretch of a value, wherever in the text it stands */
export function hiderOf(values: readonly string[]): (text: string) => string {
  const known = new Set(values.flatMap(windowsOf));
  return (text) => {
    const hidden = stretches(text, known);
    if (hidden.length === 0) return text;
    const kept = [...hidden, { start: text.length, end: text.length }].map(({ start }, index) =>
      text.slice(hidden[index - 1]?.end ?? 0, start),
    );
    return kept.join('***');
  };
}

function windowsOf(value: string): string[] {
  const all = Array.from({ length: Math.max(0, value.length - window + 1) }, (_, at) =>
    value.slice(at, at + window),
  );
  // The indentation within a key of several lines is no secret.
  return all.filter((each) => !/\s{2}/.test(each));
}

function stretches(text: string, known: ReadonlySet<string>): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let at = 0; known.size > 0 && at + window <= text.length; at++) {
    if (!known.has(text.slice(at, at + window))) continue;
    const last = found.at(-1);
    if (last !== undefined && at <= last.end) last.end = at + window;
    else found.push({ start: at, end: at + window });
  }
  return found;
}

/**
 * A finding fit to be told: names come from the file, so that a value may stand in each of them, and so may what moves
 * a terminal’s cursor.
 */
export function withoutValues(finding: Finding, hide: (text: string) => string): Finding {
  const { path, message, job, step, secret, excerpt, waived } = finding;
  const fit = (text: string): string => hide(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  const maybe = (text: string | undefined): string | undefined => (text === undefined ? text : fit(text));
  return {
    ...finding,
    path: hide(path),
    message: fit(message),
    job: maybe(job),
    step: maybe(step),
    secret: maybe(secret),
    ...(excerpt && { excerpt: { line: fit(excerpt.line), found: fit(excerpt.found) } }),
    ...(waived && {
      waived: { ...waived, owner: fit(waived.owner), reason: fit(waived.reason), ticket: fit(waived.ticket) },
    }),
  };
}
