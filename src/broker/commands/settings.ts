import type { Issuer } from '../domain/issuer.ts';
import type { AdminOperator, Operator } from '../domain/operator.ts';
import type { ResourceServer } from '../domain/resource-server.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { RoleAccess } from '../domain/role-access.ts';
import type { SealingKeyEntry } from '../domain/sealing-file.ts';
import type { Engine } from '../engines/engine.ts';
import type { YamlDocument } from '../../domain/yaml-document.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type { PolicyText } from '../policy/load-policies.ts';
import type { ForgeSettings } from './read-forges.ts';
import type { WebhookSettings } from './read-webhooks.ts';
import type { StoreSettings } from './read-store.ts';

/** broker.yaml, read and found sound. Paths are absolute; secrets are still references. */
export interface Settings {
  readonly document: YamlDocument;
  /** The folder of broker.yaml, from which its paths count. */
  readonly folder: string;
  /** Normal forms; the first is the issuer's name. */
  readonly publicUrls: readonly [string, ...string[]];
  readonly listen: { readonly host: string; readonly port: number };
  /** PEM text; undefined: plain http. */
  readonly tls: (CertifiedPair & { readonly others?: readonly CertifiedPair[] }) | undefined;
  /** Certificate and key as they are now. @throws CredsError `input-invalid` */
  readonly readTls: () => Settings['tls'];
  /** Their files. */
  readonly tlsFiles: readonly string[];
  readonly logLevel: LogLevel;
  /** Undefined: nothing is measured. */
  readonly metrics: MetricsSettings | undefined;
  /** CIDR ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly store: StoreSettings;
  /** `shared`: it is the operator's, the same for all replicas, and must be there. */
  readonly signingKey: { readonly path: string; readonly shared: boolean };
  /** Files of keys that are published beside it and sign nothing: the next one, and those that signed before. */
  readonly publishedKeys: readonly string[];
  readonly auditKeyPath: string;
  readonly bodyHash: 'required' | 'optional';
  readonly issuers: readonly Issuer[];
  /** Every engine that there is; leases of a role that is gone are revoked through them. */
  readonly engines: readonly Engine[];
  readonly roles: readonly RoleSettings[];
  readonly policies: readonly PolicyText[];
  readonly policyFolder: string;
  /** The folder's policies as they are now. @throws CredsError `input-invalid` */
  readonly readPolicies: () => readonly PolicyText[];
  /** Undefined: there are none, and Cedar is not loaded. */
  readonly guardrails: GuardrailSource | undefined;
  readonly resourceServers: readonly ResourceServer[];
  readonly operators: readonly Operator[];
  /** By which platforms say that jobs have ended. */
  readonly webhooks: readonly WebhookSettings[];
  /** Platforms whose API is asked, one an issuer. */
  readonly forges: readonly ForgeSettings[];
  /** Undefined: there is none. */
  readonly admin: AdminSettings | undefined;
  /** Undefined: a store that was restored from a backup is not told from one that was not. */
  readonly checkpointPath: string | undefined;
  /** The first seals, all open; empty: nothing is sealed. */
  readonly sealingKeys: readonly SealingKeyEntry[];
  /** What the broker keeps, sealed; by name. */
  readonly secrets: ReadonlyMap<string, SecretSettings>;
  readonly audit: readonly AuditPlace[];
  /** Undefined: proofs need no nonce. `shared`: the key is the operator's, and must be there. */
  readonly nonce: { readonly path: string; readonly shared: boolean } | undefined;
  /** Requests per second that one network address may make. */
  readonly requestsPerSecond: number;
  /** Requests per minute of one repository or project, and of one job. */
  readonly repositoryRequestsPerMinute: number;
  readonly jobRequestsPerMinute: number;
  /** What the operator should know, one sentence each. */
  readonly notices: readonly string[];
}

interface CertifiedPair {
  readonly certificate: string;
  readonly key: string;
}

type AdminTls = CertifiedPair & { readonly clientCa?: string };

/** Where operators are listened to, and to whom. */
export interface AdminSettings extends Pick<Settings, 'listen'> {
  /** PEM text; `clientCa`: who signs the certificates of operators. Undefined: plain http, on loopback. */
  readonly tls: AdminTls | undefined;
  /** The same as they are now. @throws CredsError `input-invalid` */
  readonly readTls: () => AdminTls | undefined;
  /** Their files. */
  readonly tlsFiles: readonly string[];
  /** Who signs the ID tokens of operators. */
  readonly issuer: Issuer | undefined;
  readonly operators: readonly AdminOperator[];
}

/** A secret that the broker keeps: who may name it, and how it changes. Its value is in the store. */
export interface SecretSettings {
  readonly name: string;
  /** The roles that may lend it. */
  readonly roles: readonly string[];
  /** Owners whose policies may grant those roles; undefined: whom the role says. */
  readonly grantableBy: readonly string[] | undefined;
  /** How long a version is kept that is no longer the current one. */
  readonly graceSeconds: number;
  /** After so many reads it is due. */
  readonly rotateAfter: number | undefined;
  /** What makes a new value; undefined: an operator puts it. */
  readonly rotation: RotationSettings | undefined;
  /** What ought to stand in its place, for the list. */
  readonly migrateTo: string | undefined;
}

export interface RotationSettings {
  readonly command: readonly [string, ...string[]];
  readonly timeoutSeconds: number;
  /** The program reads the value of before from its standard input. */
  readonly getsOldValue: boolean;
}

export interface AuditPlace {
  readonly to: 'stdout' | { readonly file: string };
  /** Nothing is lent while it takes no line. One at least is. */
  readonly required: boolean;
}

export interface MetricsSettings {
  /** A port of their own; undefined: none. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** CIDR ranges that may read them at the main address; empty: none. */
  readonly networks: readonly string[];
  /** Not through a proxy: behind one on this machine every stranger comes from loopback. */
  readonly directOnly: boolean;
}

interface GuardrailSource {
  readonly folder: string;
  /** As they are now. @throws CredsError `input-invalid` */
  readonly read: () => readonly PolicyText[];
}

export interface RoleSettings {
  readonly terms: RoleTerms;
  /** Undefined: whoever is granted it may have it from anywhere, at any time, as often as he likes. */
  readonly access: RoleAccess | undefined;
  /** As its engine reads them. */
  readonly parameters: unknown;
}
