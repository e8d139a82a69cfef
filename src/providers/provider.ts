import type { IdToken } from '../domain/id-token.ts';
import type { Debt } from '../domain/intent.ts';
import type { Loan, Prospect, RoleRequest } from '../domain/lease.ts';
import type { Secret } from '../domain/secret.ts';
import type { ProofKey } from '../protocol/dpop.ts';
import type { DryDecision } from '../protocol/dry-run.ts';
import type { Call } from '../protocol/http.ts';

/** Who gives credentials. One file each; see registry.ts. How they are given back: way-back.ts. */
export interface Provider {
  readonly name: string;
  /**
   * Checks all that was asked; nothing is sent.
   * @throws CredsError `input-invalid`, naming the input
   */
  configure(wish: Wish): Exchange;
}

/** What the user asked for, as far as a provider cares. */
export interface Wish {
  readonly brokerUrl?: string;
  readonly audience?: string;
  readonly roles: readonly RoleRequest[];
  readonly region?: string;
  readonly ttlSeconds?: number;
  /** What is lent is to end when so many seconds pass without a heartbeat; nothing to providers without sessions. */
  readonly heartbeatSeconds?: number;
  /** Any of these must come back; one at least. */
  readonly expectAccounts?: readonly string[];
  /** How long to wait for an approval; 0 or nothing: not at all. */
  readonly approvalTimeoutSeconds?: number;
  /** Of a key pair of this run, as OpenSSH writes it, for what is lent for one. */
  readonly publicKey?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  /** What is known of the job, for names that people will read in the provider's own logs. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A checked wish. */
export interface Exchange {
  /** The pinned audience, without any binding. */
  readonly audience: string;
  /** Whom we borrow from, for the log. */
  readonly lender: string;
  /** Where it is asked for. */
  readonly endpoint: URL;
  /** What will be lent, if it is: a lease each, in the same order. */
  readonly lends: readonly Prospect[];
  /** True when the provider understands an ID token that is bound to a key. */
  readonly bindsKey: boolean;
  /**
   * Makes keys and handles; nothing is sent.
   * @param key of the job, where its only ID token belongs to one key already; else one is made
   */
  open(bound: boolean, key?: ProofKey): Opening;
}

/** An exchange that is about to be asked for. What it will owe is known now, before it is asked. */
export interface Opening {
  /** What the ID token's `aud` has to be. */
  readonly audience: string;
  readonly debt: Debt;
  /** What giving back takes besides, once `trade` has been called: see `Intent.kept`. */
  readonly kept?: Debt | undefined;
  /** The parts of the debt that have to be hidden. */
  readonly secrets: readonly Secret[];
  /**
   * Connects to further servers while the ID token is awaited. Asks for nothing.
   * @throws anything; what fails here fails again in `trade`, where it counts
   */
  readonly connect?: (call: Call) => Promise<unknown>;
  /**
   * Reads code that the answer will need, where the platform takes its time to mint.
   * @throws anything, as above
   */
  readonly load?: () => Promise<unknown>;
  /**
   * Trades the ID token. Called again, with a fresh ID token, it is the same exchange.
   * @throws CredsError; with `retryAfterSeconds` where it may be called again
   */
  trade(idToken: IdToken, call: Call): Promise<Lent>;
  /**
   * Asks what would be granted: nothing is lent, and the ID token is not used up. Absent where nobody can be asked that.
   * @throws CredsError; with `retryAfterSeconds` where it may be called again
   */
  readonly dryRun?: (idToken: IdToken, call: Call) => Promise<DryDecision[]>;
}

/** What an exchange brought. */
export interface Lent extends Loan {
  /** Absent where what was lent needs no heartbeats. */
  readonly pulse?: Pulse;
}

/** What keeps a loan alive while its job is. */
export interface Pulse {
  /** It ends when so many seconds pass without a heartbeat. */
  readonly seconds: number;
  /**
   * Sends one heartbeat.
   * @param idToken asks the platform for another ID token of this audience, where the broker wants one
   * @throws CredsError
   */
  readonly beat: (call: Call, idToken: (audience: string) => Promise<IdToken>) => Promise<void>;
}
