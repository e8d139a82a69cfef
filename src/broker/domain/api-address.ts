import { isLoopback } from '../../protocol/endpoint.ts';

/** Where a platform's API is, without a slash at its end; undefined: no https URL (http on loopback), or more than an address. */
export function apiAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  if (!safe || url.username !== '' || url.password !== '' || /[?#@]/.test(text)) return undefined;
  return url.href.replace(/\/+$/, '');
}
