import type { KeyObject } from 'node:crypto';
import type { AuditPublicJwk } from '../audit/audit-key.ts';
import type { WriteAudit } from '../domain/audit-event.ts';
import type { BrokerHost } from '../domain/outside.ts';
import type { Passage } from '../domain/passage.ts';
import type { Places } from '../domain/places.ts';
import type { AdminOperator, Operator } from '../domain/operator.ts';
import type { ResourceServer } from '../domain/resource-server.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { RoleAccess } from '../domain/role-access.ts';
import type { OpenEngine, PreparedRole } from '../engines/engine.ts';
import type { TrustedIssuer } from '../issuers/verify-id-token.ts';
import type { Guardrails } from '../policy/guardrails.ts';
import type { Breakers } from '../leases/breaker.ts';
import type { LeaseClock } from '../leases/lease-clock.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { Sealer } from '../sealing/sealer.ts';
import type { Hook } from '../job-events/hook.ts';
import type { Abandoned, Store } from '../store/store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { TokenSigner } from '../../protocol/token-signer.ts';
import type { SecretSettings } from './settings.ts';
import type { AskedForge } from './open-platforms.ts';

/** A running broker: what the commands work with. */
export interface Broker {
  readonly host: BrokerHost;
  /** Normal forms; the first is the issuer's name. */
  readonly publicUrls: readonly [string, ...string[]];
  readonly bodyHash: 'required' | 'optional';
  /** Undefined: proofs need no nonce. */
  readonly nonceKey: KeyObject | undefined;
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly roles: ReadonlyMap<string, ReadyRole>;
  /** Whoever decides takes `current` once: it is replaced while requests are answered. */
  readonly policies: { readonly current: PolicySet };
  /** Replaced like the policies; undefined: there are none. */
  readonly guardrails: { readonly current: Guardrails } | undefined;
  readonly resourceServers: ReadonlyMap<string, ResourceServer>;
  readonly operators: ReadonlyMap<string, Operator>;
  readonly webhooks: readonly Hook[];
  /** By the issuer's URL. */
  readonly forges: ReadonlyMap<string, AskedForge>;
  /** Undefined: there is no admin listener. */
  readonly admin: AdminAccess | undefined;
  readonly store: Store;
  /** By which leases end; `host.clock` is for what others date: tokens, proofs, windows. */
  readonly leaseTime: LeaseClock;
  /** Which backends rest since they fail. */
  readonly breakers: Breakers;
  /** Where attempts to revoke begin, by the name of the backend. */
  readonly attemptsIn: (backend: string) => Places;
  /** Attempts to revoke what was claimed here, by the lease’s id, until their outcome is stored. */
  readonly claimed: Map<string, Promise<void>>;
  /** Claims of revocations that this broker has asked its store for and not been answered; each begins attempts. */
  readonly claiming: Set<Promise<unknown>>;
  /** Events of platforms that are being done here, by id. */
  readonly told: Set<string>;
  /** What failed and the store did not take: written down as soon as it does. */
  readonly unsettled: Set<Abandoned>;
  /** When the store was last found restored from a backup: ID tokens from before then may have been used. */
  readonly restored: { at: Date | undefined; swept: boolean };
  readonly signer: TokenSigner;
  /** The key that signs the audit log, for the key set. */
  readonly auditJwk: AuditPublicJwk;
  /** By name. */
  readonly engines: ReadonlyMap<string, OpenEngine>;
  readonly sealer: Sealer;
  /** What is kept, by name; the values are in the store. */
  readonly secrets: ReadonlyMap<string, SecretSettings>;
  readonly audit: WriteAudit;
  /** Whether every place of the audit log that has to took the last lines. */
  readonly auditSound: () => boolean;
  /** Writes the event unless too many of its sort were written in this second; never rejects. */
  readonly auditSampled: (event: Parameters<WriteAudit>[0][number]) => Promise<void>;
  /** For those who run it; what was decided stands in the audit log. */
  readonly log: Log;
  /** Undefined: nothing is measured. */
  readonly meters: Meters | undefined;
}

/** Whom the admin listener knows. */
export interface AdminAccess {
  readonly operators: readonly AdminOperator[];
  /** Who signs the ID tokens of operators. */
  readonly issuer: TrustedIssuer | undefined;
}

/** A role whose engine stands ready. */
export interface ReadyRole {
  readonly terms: RoleTerms;
  /** What it asks besides of whoever is granted it. */
  readonly access: RoleAccess | undefined;
  readonly prepared: PreparedRole;
}

/** Who asks: for the audit log and the limits. */
export interface Caller {
  readonly requestId: string;
  /** Network address, as far as the proxies that are trusted tell it. */
  readonly address: string;
  readonly passage: Passage;
  /** The `client_id` that it gave itself; ignored, and logged. */
  readonly clientId?: string;
}
