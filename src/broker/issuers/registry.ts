import { fullMatch } from '../../domain/pattern.ts';
import { isLoopback } from '../../protocol/endpoint.ts';
import type { Issuer, KeySource } from '../domain/issuer.ts';
import type { IssuerEntry } from '../domain/settings.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { IssuerPlatform } from './issuer.ts';
import { oidc } from './oidc.ts';

/** Every platform whose ID tokens this broker can believe. */
export const platforms: readonly IssuerPlatform[] = [github, gitlab, oidc];

export interface FoundIssuer {
  readonly issuer: Issuer;
  readonly notices: readonly string[];
}

/**
 * The issuer that one entry of `issuers:` means.
 * @param entry a platform's name, or an object with more; the file that `jwks_file` names is for the caller to read
 * @returns a sentence that says what to write instead, when the entry means none
 */
export function findIssuer(entry: string | IssuerEntry): FoundIssuer | string {
  const named = typeof entry === 'string' ? { platform: entry } : entry;
  const platform = platforms.find(({ name }) => name === named.platform);
  if (platform === undefined)
    return `unknown platform; write one of ${platforms.map(({ name }) => name).join(', ')}`;
  if (platform !== oidc && (named.claims !== undefined || named.algorithms !== undefined))
    return `claims and algorithms are for platform: oidc; those of ${platform.name} are known`;
  const address = named.url ?? platform.defaultUrl;
  if (address === undefined)
    return `write the instance’s URL: { platform: ${platform.name}, url: https://ci.example.com }`;
  const url = issuerUrl(address);
  if (typeof url === 'string') return url;
  const keys = keySource(platform, url.href.replace(/\/+$/, ''), named.jwks_uri);
  if (typeof keys === 'string') return `jwks_uri: ${keys}`;
  const traits = platform.traits(named);
  if (typeof traits === 'string') return traits;
  const issuer: Issuer = {
    ...traits,
    platform: platform.name,
    // As it was written: `iss` is compared byte for byte, and some end in a slash.
    url: platform === oidc ? address : url.href.replace(/\/+$/, ''),
    keys,
    networks: named.allow_private === true ? 'any' : 'public',
    audience: named.audience,
    binding: named.binding ?? traits.binding,
    maxAgeSeconds: named.max_age ?? traits.maxAgeSeconds,
    onReplay: named.on_replay ?? 'alarm',
  };
  return { issuer, notices: platform.notices(url, traits) };
}

function keySource(platform: IssuerPlatform, base: string, pinned: string | undefined): KeySource | string {
  if (pinned !== undefined) {
    const url = issuerUrl(pinned);
    return typeof url === 'string' ? url : { from: 'address', url };
  }
  return platform.keysPath === undefined
    ? { from: 'discovery', url: new URL(`${base}/.well-known/openid-configuration`) }
    : { from: 'address', url: new URL(base + platform.keysPath) };
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
