/** Why a backend did not do what it was asked, for whoever looks after it. Closed: no text of a backend is passed on. */
export type FailureReason =
  /** No answer in time: the server stands still, or what it does takes too long. */
  | 'timeout'
  /** No connection, or it broke off: network, name, certificate, a server that is down. */
  | 'unreachable'
  /** It said no: rights, or something in the way. */
  | 'refused'
  /** It wants fewer requests, or holds a lock that others want. */
  | 'busy'
  /** It failed itself, or answered what cannot be read. */
  | 'failed'
  /** What revoking takes is not there on this side: a variable, a file, a folder. */
  | 'settings'
  | 'unknown';

/** Told with a failure to revoke. */
export interface ToldReason {
  readonly reason: FailureReason;
  /** What the failure is called where it comes from: a SQLSTATE, AWS's code, `http-403`, an error of this system. */
  readonly code?: string;
}

/** A failure that says why. Its message has no secret in it. */
export class BackendFailure extends Error {
  readonly told: ToldReason;

  constructor(message: string, told: ToldReason, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackendFailure';
    this.told = told;
  }
}
