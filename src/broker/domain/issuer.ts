import type { KeySet } from '../../protocol/jwks.ts';

/**
 * How an ID token is tied to one key (PROTOCOL.md, Binding the ID token to a key). `cnf`: the token itself names the key
 * (RFC 7800).
 */
export type Binding = 'key-bound-audience' | 'first-use' | 'cnf';

/** `alarm`: an operator is told. `revoke`: what was lent on the first use is taken back as well. */
export type ReplayAnswer = 'alarm' | 'revoke';

export const replayAnswers = ['alarm', 'revoke'] as const satisfies readonly ReplayAnswer[];

export const bindings = ['key-bound-audience', 'first-use', 'cnf'] as const satisfies readonly Binding[];

/** What an ID token may be signed with. */
export const issuerAlgorithms = ['RS256', 'ES256'] as const;

/** One who signs ID tokens that this broker believes. All of it is data; only what stands here is ever contacted. */
export interface Issuer extends IssuerTraits {
  readonly platform: string;
  /** The `iss` claim, byte for byte. */
  readonly url: string;
  readonly keys: KeySource;
  /** `public`: its keys are only fetched from addresses of the public Internet. */
  readonly networks: 'public' | 'any';
  /** Base audience; undefined: the public URL at which the request came in. */
  readonly audience: string | undefined;
  /** What another key's use of a token that was used before brings about, besides the refusal. */
  readonly onReplay: ReplayAnswer;
}

/** Where an issuer's public keys come from. */
export type KeySource =
  | { readonly from: 'address'; readonly url: URL }
  /** The document at this address names the place (OpenID Connect Discovery 1.0 §4), on its own origin. */
  | { readonly from: 'discovery'; readonly url: URL }
  /** A file that broker.yaml names; nothing is fetched. */
  | { readonly from: 'file'; readonly set: KeySet };

/** What differs between platforms. */
export interface IssuerTraits {
  readonly algorithms: readonly string[];
  readonly binding: Binding;
  /** How old a token may be when it is first presented, in seconds since `iat`. */
  readonly maxAgeSeconds: number;
  /** The platform mints one token a job, so no session outlives it. */
  readonly sessionEndsWithToken: boolean;
  /** The claim by which policies are found. */
  readonly indexClaim: string;
  /** Claims that never change hands; a policy must name each. None: its policies may only grant reading. */
  readonly immutableIds: readonly string[];
  readonly identity: IdentityClaims;
  /** Claims that a policy may match. */
  readonly matchable: readonly string[];
  /** Claims besides these that are remembered with a session, for engines and the audit log. */
  readonly described: readonly string[];
  /** What the names of further such claims begin with: a platform's users may add some of their own. */
  readonly describedPrefix?: string;
  readonly risks: readonly Risk[];
}

/** The claims that together name one job. */
export interface IdentityClaims {
  /** Always there. */
  readonly required: readonly string[];
  /** `number`: digits, as in the platforms' own databases. `text`: whatever the issuer writes. */
  readonly form: 'number' | 'text';
  /** Tells the jobs of a run apart; where a token lacks it, its identity is that of the run. */
  readonly perJob?: string;
  /** No claim tells the jobs of a run apart. */
  readonly ofRun?: true;
  /** The claims that name a run whatever its attempt, and the claim that counts its attempts from 1. */
  readonly run?: { readonly names: readonly string[]; readonly attempt: string };
}

/** What is refused whatever a policy says. */
export type Risk =
  /** A token without the claim, or with one of these values, is refused. */
  | { readonly claim: string; readonly refused: readonly string[] }
  /** Where both claims are there they must be equal: a fork speaks through its parent's pipeline. */
  | { readonly claim: string; readonly equals: string };
