import { isIP } from 'node:net';
import { CredsError } from '../domain/errors.ts';
import { nearest } from '../domain/near-miss.ts';
import { baseUrl, isLoopback } from '../protocol/endpoint.ts';

/** An input that a provider cannot take. */
export function refuseInput(input: string, problem: string): CredsError {
  return new CredsError('input-invalid', `The input \`${input}\` ${problem}.`);
}

/** For a provider whose own question compares one account. @throws CredsError `input-invalid` where several are named */
export function oneAccount({
  expectAccounts = [],
}: {
  readonly expectAccounts?: readonly string[];
}): string | undefined {
  if (expectAccounts.length > 1)
    throw refuseInput('expect-account', 'names several accounts; here it is one');
  return expectAccounts[0];
}

/** For a provider that lends nothing for a key of this run. @throws CredsError `input-invalid` */
export function refuseKey({ publicKey }: { readonly publicKey?: string | undefined }): void {
  if (publicKey !== undefined) throw refuseInput('export', 'names `ssh`, which needs `provider: broker`');
}

/**
 * The base URL of a server that will be sent an ID token: https (http on loopback), a name and not an address
 * (unless `allowIp`), nothing else in it.
 * @throws CredsError `input-invalid`
 */
export function serverUrl(input: string, text: string, allowIp: boolean): string {
  const url = endpointUrl(input, text, allowIp);
  if (url.search !== '') throw refuseInput(input, 'must not have a query');
  return baseUrl(url);
}

/**
 * The URL of one endpoint to which a token will be sent: the same, but it may have a query (RFC 6749 §3.2).
 * @throws CredsError `input-invalid`
 */
export function endpointUrl(input: string, text: string, allowIp: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw refuseInput(input, 'must be a URL such as https://broker.example.com');
  }
  if (url.username !== '' || url.password !== '')
    throw refuseInput(input, 'must not hold a user name or password');
  if (url.hash !== '') throw refuseInput(input, 'must not have a fragment');
  if (isLoopback(url)) return url;
  if (url.protocol !== 'https:') throw refuseInput(input, 'must be https; plain http is for loopback only');
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0 && !allowIp) {
    throw refuseInput(
      input,
      'must name a host, not an address (closed networks: `params: "allow-ip: true"`)',
    );
  }
  return url;
}

/** Reads the provider's parameters; any other is a typo and refused, with the one that was probably meant. */
export function onlyParams(params: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const typed = Object.keys(params).find((name) => !known.includes(name));
  if (typed === undefined) return;
  const near = nearest(known, typed);
  const hint = near === undefined ? '' : ` (did you mean \`${near}\`?)`;
  const list = known.map((each) => `\`${each}\``).join(', ');
  throw refuseInput('params', `has a parameter that this provider does not know${hint}; it knows ${list}`);
}
