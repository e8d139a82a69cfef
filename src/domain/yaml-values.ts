import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { fullMatch } from './pattern.ts';

/** Text that is not empty. An id without quotes would be a number and lose digits, so numbers are refused. */
export const text = z
  .string({
    error: (issue) => (typeof issue.input === 'number' ? 'write the number in quotes' : undefined),
  })
  .min(1, 'must not be empty')
  .max(1024);

/** One value or a list of which any will do; in memory always a list. */
export const anyOf = z.union([text, z.array(text).min(1).max(100)]).transform((value) => asList(value));

/** `true` and `"true"` are the same: the platforms write booleans as strings. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false'])]).transform((value) => [String(value)]);

function asList(value: string | string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** `15m`, `1h30m`, `900` (seconds); in memory whole seconds, at least one. */
export const duration = z
  .union([z.string(), z.number()], { error: 'write a duration such as 15m, 1h or 900 (seconds)' })
  .transform((value, context) => {
    const seconds = parseDuration(String(value));
    if (seconds !== undefined && seconds > 0) return seconds;
    context.addIssue({ code: 'custom', message: 'write a duration such as 15m, 1h or 900 (seconds)' });
    return z.NEVER;
  });

/** A name that people give: of a policy, an owner, a role. */
export function named(pattern: RegExp, instead: string): z.ZodType<string> {
  return text.refine((value) => fullMatch(pattern, value), { error: instead });
}
