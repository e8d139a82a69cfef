import type { ClaimTable } from '../../domain/claim-form.ts';
import type { KeySet } from '../../protocol/jwks.ts';
import type { OriginClaims } from './origin.ts';

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
  readonly origin: OriginClaims;
  /** Claims that a policy may match. */
  readonly matchable: ClaimTable;
  /** Claims besides these that are remembered with a session, for engines and the audit log. */
  readonly described: readonly string[];
  readonly risks: readonly Risk[];
  /** What the claims mean to the lints; undefined: of such tokens nothing is known. */
  readonly meaning?: ClaimMeaning;
}

/** Which claims say what, so that one lint serves every platform. */
export interface ClaimMeaning {
  /** Each of them names a branch or tag by its full ref. */
  readonly refs: readonly string[];
  /** What started the job. */
  readonly event: string;
  /** Values of it that people without any right on the repository can bring about. */
  readonly outsiders: readonly string[];
  readonly environment: string;
  /** Any one of these keeps those out who may only push: a claim that is there, or has this value. */
  readonly protections: readonly { readonly claim: string; readonly value?: string }[];
  /** What a job has that runs on the platform's own machines. */
  readonly hosted: { readonly claim: string; readonly value: string };
  /** Who started it: people come and go, and whoever may push can make them start something. */
  readonly persons: readonly string[];
  /** Claims that only jobs have whose event is refused. */
  readonly ofRefused: readonly string[];
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

/** What is refused whatever a policy says, unless it opts in. */
export type Risk =
  /**
   * A token without the claim, or with one of these values, is refused. `asked`: this value is believed where a policy
   * says `allow_pull_request: same-repository`, and the platform that the head is in the repository itself.
   */
  | {
      readonly claim: string;
      readonly refused: readonly string[];
      readonly unless?: OptIn;
      readonly asked?: string;
    }
  /** Where both claims are there they must be equal: a fork speaks through its parent's pipeline. */
  | { readonly claim: string; readonly equals: string };

/** `allow_merge_request: same-project`: this value is believed where these claims are both there, and equal. */
export interface OptIn {
  readonly value: string;
  readonly claim: string;
  readonly equals: string;
}
