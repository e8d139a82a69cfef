import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { IdToken } from '../domain/id-token.ts';
import { Secret } from '../domain/secret.ts';
import { readSegment } from '../protocol/compact-jws.ts';

const longest = 16 * 1024;

/**
 * Reads the claims of an ID token and compares them with what was asked, before it is sent anywhere. The signature
 * is the broker's to verify; this catches a wrong or replaced token while it can still harm nobody.
 * @throws CredsError `id-token-mismatch`
 */
export function decodeIdToken(text: string, audience: string, now: Date): IdToken {
  if (text.length > longest) throw mismatch('is longer than 16 KiB');
  if (!fullMatch(/[\w-]+\.[\w-]+\.[\w-]+/, text)) throw mismatch('is not a signed token');
  let claims: Record<string, unknown>;
  try {
    const [, payload = ''] = text.split('.');
    claims = readSegment(payload, 'payload');
  } catch (cause) {
    throw mismatch('cannot be read', cause);
  }
  const { iss, aud, exp } = claims;
  if (aud !== audience) throw mismatch('is for another audience than the one that was asked for');
  if (typeof iss !== 'string' || !URL.canParse(iss)) throw mismatch('names no issuer');
  const expiresAt = new Date(typeof exp === 'number' ? exp * 1000 : NaN);
  if (isNaN(expiresAt.getTime())) throw mismatch('has no end');
  // Ten minutes of leeway: a clock that is off is the broker's to report, with its own time beside it.
  if (expiresAt.getTime() < now.getTime() - 600_000) throw mismatch('has ended long ago');
  return { token: new Secret(text), claims, issuer: iss, audience, expiresAt };
}

function mismatch(what: string, cause?: unknown): CredsError {
  return new CredsError('id-token-mismatch', `The ID token ${what}.`, cause === undefined ? {} : { cause });
}
