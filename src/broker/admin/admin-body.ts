import { z } from 'zod';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import { Refusal } from '../domain/refusal.ts';
import type { AdminOrder } from './admin-endpoints.ts';

/** Why an operator does something, in his words: one line, for the audit log. */
export const reason = z
  .string()
  .trim()
  .min(1, 'say why, for the audit log')
  .max(500)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'one line of plain text');

/** The request’s content, one JSON object of this form and nothing else. @throws Refusal `invalid_request` */
export function readAdminBody<T>({ request, body }: AdminOrder, schema: z.ZodType<T>): T {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw wrong('Content-Type must be application/json');
  let parsed: unknown;
  try {
    parsed = parseStrictJson(body);
  } catch {
    throw wrong('the body is not clean JSON');
  }
  if (!isObject(parsed)) throw wrong('the body is not a JSON object');
  return readForm(parsed, schema);
}

/** The query’s parameters, each once and none that is unknown. @throws Refusal `invalid_request` */
export function readQuery<T>(query: URLSearchParams, schema: z.ZodType<T>): T {
  const names = [...query.keys()];
  if (new Set(names).size !== names.length) throw wrong('a parameter stands there twice');
  return readForm(Object.fromEntries(query), schema);
}

/** Names what is wrong by its place; quotes no value. */
function readForm<T>(value: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const names = issue?.code === 'unrecognized_keys' ? 'an unknown member' : (issue?.path.join('.') ?? '');
  const what = issue?.code === 'unrecognized_keys' ? '' : `: ${issue?.message ?? 'wrong'}`;
  throw wrong(`${names === '' ? 'the request' : names}${what}`);
}

function wrong(message: string): Refusal {
  return new Refusal('invalid_request', message);
}
