/** What a service does with an ID token before it believes a word of it: the signature, by the issuer's key. */
import { createPublicKey, verify } from 'node:crypto';
import type { JWK } from 'jose';

export type Claims = Readonly<Record<string, unknown>>;

/** The claims of a token that this key has signed (RS256); undefined for anything else. */
export function verifiedClaims(token: string, jwk: JWK): Claims | undefined {
  const [header = '', claims = '', signature = '', ...more] = token.split('.');
  if (more.length > 0) return undefined;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return undefined;
  const { alg, kid } = read(header);
  return alg === 'RS256' && kid === jwk.kid ? read(claims) : undefined;
}

function read(part: string): Claims {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
}
