import { fullMatch } from '../../domain/pattern.ts';
import { isLoopback } from '../../protocol/endpoint.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { IssuerEntry } from '../domain/settings.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { IssuerPlatform } from './issuer.ts';

/** Every platform whose ID tokens this broker can believe. */
export const platforms: readonly IssuerPlatform[] = [github, gitlab];

export interface FoundIssuer {
  readonly issuer: Issuer;
  readonly notices: readonly string[];
}

/**
 * The issuer that one entry of `issuers:` means.
 * @param entry a platform's name, or an object with more
 * @returns a sentence that says what to write instead, when the entry means none
 */
export function findIssuer(entry: string | IssuerEntry): FoundIssuer | string {
  const named = typeof entry === 'string' ? { platform: entry } : entry;
  const platform = platforms.find(({ name }) => name === named.platform);
  if (platform === undefined)
    return `unknown platform; write one of ${platforms.map(({ name }) => name).join(', ')}`;
  const address = named.url ?? platform.defaultUrl;
  if (address === undefined)
    return `write the instance's URL: { platform: ${platform.name}, url: https://gitlab.example.com }`;
  const url = issuerUrl(address);
  if (typeof url === 'string') return url;
  const keys = named.jwks_uri === undefined ? url : issuerUrl(named.jwks_uri);
  if (typeof keys === 'string') return `jwks_uri: ${keys}`;
  return { issuer: platform.at(url, named), notices: platform.notices(url) };
}

/** An https URL (http on loopback), without userinfo, query, fragment or dot segments (OpenID Connect Discovery §3). */
function issuerUrl(text: string): URL | string {
  if (!URL.canParse(text)) return 'not a URL; write https://HOST';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    return 'must be https (http only on loopback)';
  if (url.username !== '' || url.password !== '' || fullMatch(/.*[?#@].*/, text))
    return 'must have no user, query or fragment';
  if (url.href.replace(/\/+$/, '') !== text.replace(/\/+$/, ''))
    return `write it in its normal form: ${url.href}`;
  return url;
}
