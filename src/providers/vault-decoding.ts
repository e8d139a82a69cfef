import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { isObject, member } from '../protocol/json.ts';
import { refuseInput } from './input.ts';

const forms = {
  base64: /(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/,
  hex: /(?:[0-9A-Fa-f]{2})*/,
} as const;

type Encoding = keyof typeof forms;

/** How the text of stored values is written down: of all fields, or of those named. */
export type Decoding = Encoding | ReadonlyMap<string, Encoding>;

/**
 * The member `decode` of an entry.
 * @param known names of the credential's fields; undefined: those that the secret will have
 * @throws CredsError `input-invalid`
 */
export function readDecoding(
  entry: Readonly<Record<string, unknown>>,
  where: string,
  known: readonly string[] | undefined,
): Decoding | undefined {
  const given = member(entry, 'decode');
  if (given === undefined || isEncoding(given)) return given;
  const pairs = isObject(given) ? Object.entries(given) : [];
  const fits = pairs.filter((pair): pair is [string, Encoding] => isEncoding(pair[1]));
  if (pairs.length === 0 || fits.length < pairs.length)
    throw refuseInput(where, 'has `decode` that is not `base64`, `hex` or `NAME: base64` lines');
  if (known !== undefined && !fits.every(([name]) => known.includes(name)))
    throw refuseInput(where, 'has `decode` with a name that is not among its `fields`');
  return new Map(fits);
}

function isEncoding(value: unknown): value is Encoding {
  return typeof value === 'string' && Object.hasOwn(forms, value);
}

/**
 * The text that a field holds; line breaks in what is stored mean nothing.
 * @throws CredsError `lease-unsuitable` where it is not so written, or holds no text
 */
export function decoded(
  value: string,
  decoding: Decoding | undefined,
  { path, name }: { readonly path: string; readonly name: string },
): string {
  const encoding = typeof decoding === 'string' ? decoding : decoding?.get(name);
  if (encoding === undefined) return value;
  const text = textIn(value.replace(/[\r\n]/g, ''), encoding);
  if (text !== undefined) return text;
  throw new CredsError('lease-unsuitable', `${path} has no text in ${encoding} for \`${name}\`.`, {
    hint: 'Compare `decode` with how the secret was stored; `NAME: base64` lines name single fields.',
  });
}

function textIn(value: string, encoding: Encoding): string | undefined {
  if (!fullMatch(forms[encoding], value)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(value, encoding));
  } catch {
    return undefined;
  }
}
