import type { z } from 'zod';
import type { Credential } from '../../domain/credential.ts';
import type { Revocability } from '../../domain/lease.ts';
import type { Secret } from '../../domain/secret.ts';
import type { RevocableLease } from '../domain/lease-record.ts';
import { BackendFailure } from '../domain/backend-failure.ts';
import type { BrokerHost } from '../domain/outside.ts';
import type { VerifiedClaims } from '../domain/verified-claims.ts';

/** What an engine promises of every lease that it gives (PROTOCOL.md, Engines' promises). */
export interface Promises {
  /** Seconds. */
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  /** The credential lives exactly so long, whatever the lease; then the engine must be `immediate`. */
  readonly fixedTtlSeconds?: number;
  readonly revocability: Revocability;
  /** What revoking takes, for the reference. */
  readonly revocation: string;
}

/** A way to mint credentials. */
export interface Engine<Parameters = unknown> {
  /** The value of `engine:` in broker.yaml. */
  readonly name: string;
  /** What it promises of a role that is set up so. */
  promises(parameters: Parameters): Promises;
  /** A role that is set up so gives a `revokeSecret`: it loads only where there is a key to seal it under. */
  needsSealing?(parameters: Parameters): boolean;
  /** The secrets kept by the broker that a role that is set up so lends: it loads only where each of them lets it. */
  secretsOf?(parameters: Parameters): readonly string[];
  /** The engine's own keys of a role. */
  readonly parameters: z.ZodType<Parameters>;
  /** Makes the engine ready to serve one broker. Connects nowhere yet. */
  open(tools: EngineTools): OpenEngine<Parameters>;
}

/** An engine that serves a broker. */
export interface OpenEngine<Parameters = unknown> {
  /**
   * Makes a role ready, when the broker starts.
   * @throws ParameterError when something that the parameters name is not there
   */
  prepare(parameters: Parameters): PreparedRole;
  /**
   * Makes the lease's credential worthless. Works from the record alone, since the role may be gone; again and for
   * what was never issued it succeeds too. An `expiry-only` engine is never asked.
   * @throws when it is not known to be worthless; it will be asked again. LivesOn, when a part cannot be revoked
   */
  revoke(lease: RevocableLease, signal: AbortSignal): Promise<void>;
  /** How many revocations one backend is asked for at a time, two at least; absent: as many as come. */
  readonly atOnce?: number;
  /** Ends its connections, after the last lease was minted or revoked. */
  close?(): Promise<void>;
}

/** A role that can be lent. */
export interface PreparedRole {
  /** Where its objects are found again: written down with the intent, for `revoke`. Nothing secret. */
  readonly backend: Readonly<Record<string, string>>;
  /**
   * Its objects do not go with the credential: they are revoked at the lease's end, too, and until it succeeds. Absent:
   * what nobody revoked is over when the credential has expired.
   */
  readonly lingers?: boolean;
  /**
   * What `issue` makes is nowhere but in the answer: until that is sent there is nothing to revoke. Its lease needs no
   * intent (docs/decisions/0020).
   */
  readonly inMemory?: true;
  /**
   * Names of the backend's objects that were made for leases (`ec_…`), of this role or of others in the same place:
   * a store that was restored from a backup may not know them all.
   */
  list?(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Asks the backend whether it would lend; mints nothing and changes nothing there.
   * @throws BackendTrouble
   */
  check?(signal: AbortSignal): Promise<void>;
  readonly issue: Issue;
  /** Of a role that lends from several engines: where each makes its objects. `list` is then theirs. */
  readonly places?: readonly ObjectPlace[];
}

/** Where one engine makes objects. */
export interface ObjectPlace extends Pick<PreparedRole, 'backend' | 'list'> {
  readonly engine: string;
}

/**
 * Mints one credential.
 * @throws MintFailed where it is known what was made
 * @throws any other error when that is not known; what may have been made will then be revoked by name
 * @throws Refusal `access_denied` when the job itself is not one to which the role can be lent; nothing is made then
 */
export type Issue = (mint: Mint) => Promise<Issued>;

/** What is to be minted. */
export interface Mint {
  readonly leaseId: string;
  readonly sessionId: string;
  readonly role: string;
  /** The trust policy that grants it. */
  readonly policyId: string;
  /** The name for the backend's object. */
  readonly backendName: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly claims: VerifiedClaims;
  /** The job as its issuer tells it from others: `repository_id=456789/run_id=…`. */
  readonly job: string;
  /** The job's own public key, whose private half it keeps: `TYPE BASE64` as OpenSSH writes it, or a JWK as JSON. */
  readonly publicKey?: string;
  readonly signal: AbortSignal;
}

export interface Issued {
  readonly credentials: readonly Credential[];
  readonly credentialExpiresAt: Date;
  /** What `revoke` will need besides the role's `backend`, nothing secret. */
  readonly revokeData: Readonly<Record<string, string>>;
  /** A secret that `revoke` will need: the store keeps it sealed. Only of an engine that `needsSealing`. */
  readonly revokeSecret?: Secret;
}

/** What the broker lends its engines. */
export interface EngineTools {
  /**
   * The value behind `env:NAME` or `file:PATH`.
   * @throws ParameterError
   */
  readonly secret: (reference: string) => Secret;
  readonly sign: SignToken;
  /** Reads a secret that the broker keeps for one lease; it is counted and written down. @throws when it is not there */
  readonly kept: (name: string, mint: Mint) => Promise<KeptValue>;
  /** Whether an ID token of any issuer of this broker may have the claim, and a session remembers it. */
  readonly tellsClaim: (name: string) => boolean;
  readonly host: Pick<BrokerHost, 'send' | 'run' | 'files' | 'clock' | 'env'>;
  /** Of broker.yaml, from which its paths count. */
  readonly folder: string;
}

/** A secret that the broker keeps, as it was lent. */
export interface KeptValue {
  readonly value: Secret;
  readonly version: number;
}

/** Signs a JWT with the broker's key, `iss` being its public URL. */
export type SignToken = (typ: string, claims: Readonly<Record<string, unknown>>) => Promise<string>;

/** A parameter of a role names something that is not there. The message holds no value. */
export class ParameterError extends BackendFailure {
  /** Where it stands below the role. */
  readonly path: readonly (string | number)[];

  constructor(parameter: string | readonly (string | number)[], message: string) {
    super(message, { reason: 'settings' });
    this.name = 'ParameterError';
    this.path = typeof parameter === 'string' ? [parameter] : parameter;
  }
}

interface Failed {
  /** What was made and must be revoked; absent: nothing was made. */
  readonly left?: Pick<Issued, 'revokeData' | 'revokeSecret'> | undefined;
  /** The backend wants no request until then, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** A mint failed, and it is known what it has left behind. The message has no secret in it. */
export class MintFailed extends Error {
  readonly left: Failed['left'];
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, { left, retryAfterSeconds, cause }: Failed = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'MintFailed';
    this.left = left;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A backend would not lend. The message is a sentence that names what to change, with no secret in it. */
export class BackendTrouble extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackendTrouble';
  }
}
