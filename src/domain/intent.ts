/** What a provider needs to give a loan back: its own names and values, all strings. May hold a secret handle. */
export type Debt = Readonly<Record<string, string>>;

/**
 * An entry of the ledger: what this job owes. Written before the request that makes it owe (no leases yet), and
 * again when the answer is known. Holds revocation handles, never a credential, but for `kept`.
 */
export interface Intent {
  readonly version: 1;
  /** 16 random hex digits; also the name of the entry's file. */
  readonly id: string;
  readonly provider: string;
  readonly debt: Debt;
  /**
   * What giving back takes besides, where a server takes nothing but the credential itself (RFC 7009) and the workflow
   * asked for that. It lies in our own file only; the platform's state has an empty object in its place.
   */
  readonly kept?: Debt;
  /** In the platform's state: what tells `kept` of our file from what another step has put in its place. */
  readonly keptMark?: string;
  /** In our file: given back in the middle of the job, and `kept` is gone. */
  readonly givenBack?: true;
  /** Who lives with the lease: `exec`. Once that process is gone, what it has left may be given back. */
  readonly owner?: Owner;
  /** Base audience, to ask for a fresh ID token when the handle does not do. */
  readonly audience: string;
  /** Where the ID token came from: the `id-token` option as it was given. */
  readonly idToken: string;
  readonly leases: readonly OwedLease[];
  /** Names of the variables that were set, to blank them when the lease ends. */
  readonly variables: readonly string[];
  /** Variables that were led elsewhere, and what they are to hold when the lease ends. */
  readonly pointers?: readonly OwedPointer[];
  /** Ids of the entries that the job had when this was delivered: a name that both have set since then is ours. */
  readonly before?: readonly string[];
  /** Absolute paths of files that were written. */
  readonly files: readonly string[];
  /** How many bytes were written to each, to tell that another step has changed one. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Written before an agent for SSH keys is started: where it listens. */
  readonly agent?: { readonly socket: string };
  /** Files of the platform that may still hold what was delivered. */
  readonly commandFiles: readonly string[];
  /** What post must know and cannot ask: inputs are not to be trusted there. */
  readonly post: PostSettings;
}

/** A process, so that no later one can be taken for it. */
export interface Owner {
  readonly pid: number;
  /** When it started, in the words of its system. */
  readonly start: string;
  /** Where its pid means something: one boot of one machine or container. */
  readonly space: string;
}

export interface OwedPointer {
  readonly name: string;
  readonly value: string;
  readonly after: string;
  /** Where `after` is what another entry had led it to: what it is to hold, in turn, once that one is over. */
  readonly behind?: readonly string[];
}

export interface OwedLease {
  readonly id: string;
  readonly role: string;
  readonly expiresAt: string;
  readonly revocability: string;
}

export interface PostSettings {
  readonly revoke: boolean;
  readonly failOnRevokeError: boolean;
  readonly summary: 'always' | 'on-problem' | 'never';
  /** An extra trust root: path of a PEM file, or the PEM text itself. Empty: none. */
  readonly caCert: string;
}
