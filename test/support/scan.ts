/** Everything that an error could tell: its message, stack, members, and the same of all that caused it. */
import { inspect } from 'node:util';

export function everythingIn(error: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (let each = error; each !== undefined && each !== null && !seen.has(each);) {
    seen.add(each);
    parts.push(inspect(each, { depth: 12, showHidden: true, maxStringLength: Infinity }), asJson(each));
    if (!(each instanceof Error)) break;
    parts.push(String(each), each.message, each.stack ?? '');
    each = each.cause;
  }
  return parts.join('\n');
}

function asJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each instanceof Error
      ? { ...Object.fromEntries(Object.entries(each)), message: each.message, stack: each.stack }
      : each,
  );
}

/** What was thrown, or what a promise was rejected with. @throws when nothing was */
export async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
