import type { Issuer } from './issuer.ts';

declare const verified: unique symbol;

/** Claims by name; `null` where the token's was neither text, number nor boolean. */
export type KnownClaims = Readonly<Record<string, string | number | boolean | null>>;

export interface VerifiedFacts {
  readonly issuer: Issuer;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Those of the issuer's table, and no other: what is remembered and written down. */
  readonly known: KnownClaims;
  readonly job: JobIdentity;
  /** The proof's key, to which the token is bound. */
  readonly thumbprint: string;
  /** SHA-256 over (iss, jti), base64url: by this the token's use is remembered. */
  readonly tokenKey: string;
  /** SHA-256 of the token itself, hex: by this it is found in the platform's own audit log. */
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** Which job the token speaks for. */
export interface JobIdentity {
  /** `repository_id=456789/run_id=…`: equal for two tokens of the same job, and only for those. */
  readonly key: string;
  /** `run`: the platform does not tell the jobs of a run apart, so there are no rules per job. */
  readonly level: 'job' | 'run';
  /** Where the platform counts attempts: the run without its attempt, and which attempt this is, from 1 on. */
  readonly run?: { readonly key: string; readonly attempt: number };
}

/**
 * Claims whose signature, age, audience and binding were checked. Only two make them: issuers/verify-id-token.ts, and
 * issuers/remember-claims.ts for a session that was opened with them.
 */
export type VerifiedClaims = VerifiedFacts & { readonly [verified]: true };
