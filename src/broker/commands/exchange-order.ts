import type { Credential } from '../../domain/credential.ts';
import type { CompactJws } from '../../protocol/compact-jws.ts';
import type { CheckedProof } from '../../protocol/dpop-check.ts';
import type { NewLease } from '../store/session-requests.ts';
import type { Caller } from './broker.ts';

/** Any request at POST /token, read and strictly parsed, its proof checked. */
export interface TokenOrder {
  readonly caller: Caller;
  readonly proof: CheckedProof;
  /** The public URL at which it came in. */
  readonly publicUrl: string;
  readonly idToken: CompactJws;
}

/** How credentials are sent. */
export interface Delivery<Sealed> {
  /** Makes of credentials what is sent. Called before the lease is active, since it may fail. */
  readonly seal: (credentials: readonly Credential[]) => Promise<Sealed>;
  /** The public key for which it is done, a JWK as JSON; undefined: it goes as it is. */
  readonly encryptTo: string | undefined;
}

/** A session and credentials in it. */
export interface ExchangeOrder<Sealed> extends TokenOrder, Delivery<Sealed> {
  readonly details: readonly AskedRole[];
  /** Base64url SHA-256 of the revocation handle. */
  readonly handleHash: string | undefined;
}

/** What a request asks for, as it is kept while it waits to be approved. */
export interface WaitingOrder {
  readonly details: readonly AskedRole[];
  readonly encryptTo: string | undefined;
}

export interface AskedRole {
  readonly role: string;
  readonly ttlSeconds: number | undefined;
  /** The lease ends so long after the last heartbeat, in seconds. */
  readonly heartbeatSeconds: number | undefined;
  /** The job's own, for engines that certify one: `TYPE BASE64` as OpenSSH writes it, or a JWK as JSON. */
  readonly publicKey?: string | undefined;
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
