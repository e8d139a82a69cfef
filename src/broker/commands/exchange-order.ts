import type { Credential } from '../../domain/credential.ts';
import type { CompactJws } from '../../protocol/compact-jws.ts';
import type { CheckedProof } from '../../protocol/dpop-check.ts';
import type { NewLease } from '../store/store.ts';
import type { Caller } from './broker.ts';

/** What POST /token was asked, read and strictly parsed, its proof checked. */
export interface ExchangeOrder<Sealed> {
  readonly caller: Caller;
  readonly proof: CheckedProof;
  /** The public URL at which it came in. */
  readonly publicUrl: string;
  readonly idToken: CompactJws;
  readonly details: readonly AskedRole[];
  /** Base64url SHA-256 of the revocation handle. */
  readonly handleHash: string | undefined;
  /** Makes of credentials what is sent. Called before the lease is active, since it may fail. */
  readonly seal: (credentials: readonly Credential[]) => Promise<Sealed>;
  readonly encrypted: boolean;
}

export interface AskedRole {
  readonly role: string;
  readonly ttlSeconds: number | undefined;
}

export interface ExchangeResult<Sealed> {
  readonly accessToken: string;
  readonly accessSeconds: number;
  readonly sessionId: string;
  /** In the order in which the roles were asked for. */
  readonly leases: readonly LentLease<Sealed>[];
}

export interface LentLease<Sealed> {
  readonly lease: NewLease;
  readonly ttlSeconds: number;
  readonly credentialExpiresAt: Date;
  readonly sealed: Sealed;
}
