import type { Issuer } from '../domain/issuer.ts';

/**
 * The issuer that an entry of `webhooks:` or `forges:` means: the one that it names, or the only one of its platform.
 * @returns a sentence that says what to write instead, where it means none
 */
export function namedIssuer(
  { platform, issuer: url }: { readonly platform: string; readonly issuer?: string | undefined },
  issuers: readonly Issuer[],
): Issuer | string {
  const fitting = issuers.filter((issuer) => issuer.platform === platform);
  if (fitting.length === 0) return `there is no ${platform} among the issuers`;
  const named = url === undefined ? fitting : fitting.filter((issuer) => issuer.url === url);
  const [found, ...others] = named;
  if (found !== undefined && others.length === 0) return found;
  return `write issuer: one of ${fitting.map((issuer) => issuer.url).join(', ')}`;
}
