import type { Credential } from '../domain/credential.ts';
import { Secret } from '../domain/secret.ts';
import { textsOf } from './gathering.ts';
import { shortestMask } from './id-token-masks.ts';
import { renderingsOf, tiers } from './renderings.ts';

/** The runner searches every line of the log for every mask and for what it derives from it. */
const mostMasks = 64;

/** What to register with the platform so that no rendering of the credential is readable in a log. */
export function masksOfCredential(credential: Credential): string[] {
  return masks(secretsOf(credential));
}

/** The same for a secret that is no credential: a revocation handle. */
export function masksOfSecret(secret: Secret): string[] {
  return masks([secret]);
}

/** The strings of a credential that have to be hidden. */
export function secretsOf(credential: Credential): Secret[] {
  return Object.values<unknown>(credential.fields).filter((field) => field instanceof Secret);
}

/**
 * The masks are spent tier by tier over all secrets of a credential. All tiers of a token of 700 characters fit; of
 * an RSA key what is left out is text wrapped at unusual widths.
 */
function masks(secrets: readonly Secret[]): string[] {
  const found = secrets.map((secret) => renderingsOf(secret.reveal()));
  const kept = new Set<string>();
  for (const tier of tiers)
    for (const pattern of found.flatMap((renderings) => textsOf(renderings[tier]))) {
      if (pattern.length >= shortestMask) kept.add(pattern);
      if (kept.size === mostMasks) return [...kept];
    }
  return [...kept];
}
