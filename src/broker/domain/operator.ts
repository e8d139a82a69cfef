import type { VerificationKey } from '../../protocol/jwks.ts';

/** One who may approve what a policy does not decide alone. */
export interface Operator {
  /** The `client_id` of its assertions. */
  readonly id: string;
  readonly keys: ReadonlyMap<string, VerificationKey>;
}

export const operatorRights = ['read', 'revoke', 'freeze', 'secrets'] as const;

/**
 * `read`: leases, roles, secrets without their values, and the freeze. `revoke`: give back anybody's leases. `freeze`:
 * stop all lending, and thaw. `secrets`: put, rotate and delete what the broker keeps; nobody can read it here.
 */
export type OperatorRight = (typeof operatorRights)[number];

/** One who may use the admin listener. Whoever approves as well stands under `operators`, too, with a signing key. */
export interface AdminOperator {
  /** What the audit log calls it. */
  readonly id: string;
  readonly rights: readonly OperatorRight[];
  readonly knownBy: OperatorCredential;
}

/** By what an operator is known: a client certificate, or claims of an ID token that all must hold. */
export type OperatorCredential =
  | { readonly kind: 'subject'; readonly subject: string }
  /** SHA-256 of the certificate, in small hex digits. */
  | { readonly kind: 'fingerprint'; readonly fingerprint: string }
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, string | boolean>> };

/** A client certificate that the listener’s authority signed. */
export interface ClientCertificate {
  /** RFC 2253: `CN=alice,O=Example`, as `openssl x509 -subject -nameopt RFC2253` prints it. */
  readonly subject: string;
  /** SHA-256, in small hex digits. */
  readonly fingerprint: string;
}
