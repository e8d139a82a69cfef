import { fullMatch } from '../domain/pattern.ts';
import { isObject, parseStrictJson } from '../protocol/json.ts';

/** By name, in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

const namePattern = /[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?/;
const valuePattern = /[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?/;

/** What says who asks, for whom and in what form: that is ours to say, or HTTP’s. */
const reserved =
  /(?:authorization|cookie2?|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|date|via|range|user-agent|content-.*|accept.*|if-.*|proxy-.*|sec-.*|forwarded|x-forwarded-.*|x-real-ip|x-http-method.*|x-method-override)/;

/**
 * What is wrong with a header that a workflow adds; undefined: nothing.
 * @param name in lower case
 * @param taken of the provider's own, besides
 */
export function wrongWithHeader(name: string, value: string, taken: RegExp): string | undefined {
  if (!fullMatch(namePattern, name)) return 'has a name that is not made of letters, digits and `-`';
  if (fullMatch(reserved, name) || fullMatch(taken, name))
    return `must not name \`${name}\`: no header says who asks, or how HTTP is spoken`;
  return fullMatch(valuePattern, value) ? undefined : 'has a value that is not one line of ASCII';
}

/** As the ledger keeps them, a string; nothing where there are none. */
export function headersForLedger(headers: RequestHeaders): { readonly headers?: string } {
  return Object.keys(headers).length === 0 ? {} : { headers: JSON.stringify(headers) };
}

/** What the ledger has kept, if all of it could have been given to it. */
export function headersFromLedger(text: string | undefined, taken: RegExp): RequestHeaders {
  if (text === undefined) return {};
  try {
    const headers = parseStrictJson(text);
    const pairs = isObject(headers) ? Object.entries(headers) : [];
    const fits = pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    const isWhole = fits.length === pairs.length;
    const isRight = fits.every(([name, value]) => wrongWithHeader(name, value, taken) === undefined);
    return isWhole && isRight ? Object.fromEntries(fits) : {};
  } catch {
    return {};
  }
}
