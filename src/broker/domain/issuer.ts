/** How an ID token is tied to one key (PROTOCOL.md, Binding the ID token to a key). */
export type Binding = 'key-bound-audience' | 'first-use';

/** `alarm`: an operator is told. `revoke`: what was lent on the first use is taken back as well. */
export type ReplayAnswer = 'alarm' | 'revoke';

export const replayAnswers = ['alarm', 'revoke'] as const satisfies readonly ReplayAnswer[];

export const bindings = ['key-bound-audience', 'first-use'] as const satisfies readonly Binding[];

/** One who signs ID tokens that this broker believes. All of it is data; only what stands here is ever contacted. */
export interface Issuer {
  readonly platform: string;
  /** The `iss` claim, byte for byte. */
  readonly url: string;
  readonly keysUrl: URL;
  readonly algorithms: readonly string[];
  /** Base audience; undefined: the public URL at which the request came in. */
  readonly audience: string | undefined;
  readonly binding: Binding;
  /** How old a token may be when it is first presented, in seconds since `iat`. */
  readonly maxAgeSeconds: number;
  /** What another key's use of a token that was used before brings about, besides the refusal. */
  readonly onReplay: ReplayAnswer;
  /** The platform mints one token a job, so no session outlives it. */
  readonly sessionEndsWithToken: boolean;
  /** The claim by which policies are found. */
  readonly indexClaim: string;
  /** Claims that never change hands; a policy must name each. */
  readonly immutableIds: readonly string[];
  readonly identity: IdentityClaims;
  /** Claims that a policy may match. */
  readonly matchable: readonly string[];
  /** Claims besides these that are remembered with a session: for engines and the audit log. */
  readonly described: readonly string[];
  readonly risks: readonly Risk[];
}

/** The claims that together name one job. */
export interface IdentityClaims {
  /** Always there. */
  readonly required: readonly string[];
  /** Tells the jobs of a run apart; where a token lacks it, its identity is that of the run. */
  readonly perJob?: string;
  /** The claims that name a run whatever its attempt, and the claim that counts its attempts from 1. */
  readonly run?: { readonly names: readonly string[]; readonly attempt: string };
}

/** What is refused whatever a policy says. */
export type Risk =
  /** A token without the claim, or with one of these values, is refused. */
  | { readonly claim: string; readonly refused: readonly string[] }
  /** Where both claims are there they must be equal: a fork speaks through its parent's pipeline. */
  | { readonly claim: string; readonly equals: string };
