import type { Secret } from './secret.ts';

/** Claims as they stand in the token. Nobody here has verified a signature: for checks of our own and for people. */
export type UnverifiedClaims = Readonly<Record<string, unknown>>;

/** The platform's statement of which job this is (OpenID Connect Core 1.0 §2). */
export interface IdToken {
  readonly token: Secret;
  readonly claims: UnverifiedClaims;
  readonly issuer: string;
  readonly audience: string;
  readonly expiresAt: Date;
}
