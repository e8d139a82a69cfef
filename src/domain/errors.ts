/** A code's exit status (DESIGN.md, The command line) and what the reader should change. */
interface Code {
  readonly exit: 64 | 65 | 66 | 69 | 70 | 75 | 130 | 143 | 1;
  readonly hint: string;
}

/** The closed list. Each has a page: docs/errors/<code>.md. */
export const codes = {
  'input-invalid': { exit: 64, hint: 'Correct the named input; docs/reference/inputs.md lists them all.' },
  'id-token-permission-missing': {
    exit: 64,
    hint: 'Give the job `permissions: { id-token: write }` (and `contents: read` if it checks out code).',
  },
  'id-token-untrusted-event': {
    exit: 64,
    hint: 'Runs of forks and of Dependabot get no ID token. Run this step only where the repository itself started the run, for example on push, or behind an `if:`.',
  },
  'id-token-refused': {
    exit: 65,
    hint: 'The platform refused to issue an ID token for this job. Check `permissions: { id-token: write }` and the organisation’s OIDC settings.',
  },
  'id-token-mismatch': {
    exit: 65,
    hint: 'The ID token is not what was asked for, so it was sent nowhere. Check the input `audience` and any proxy between the runner and the platform.',
  },
  'audience-mismatch': {
    exit: 65,
    hint: 'The input `audience` and the audience that the other side expects differ. For a broker leave it out, or set it to the broker’s own public URL.',
  },
  'identity-refused': {
    exit: 65,
    hint: 'The ID token was refused before any policy was asked. The reason names what was wrong with it.',
  },
  'clock-skew': {
    exit: 65,
    hint: 'The clocks of the runner and of the broker differ by more than a minute. Set the runner’s clock (NTP).',
  },
  'policy-denied': {
    exit: 66,
    hint: 'No trust policy grants this to this job. Show your platform team the request id and the claims in the log.',
  },
  'role-in-use': {
    exit: 66,
    hint: 'This job already borrows this role in another step. Borrow it once and reuse it.',
  },
  'approval-pending': {
    exit: 75,
    hint: 'Someone has to approve this while the step waits: set `approval-timeout`, to `30m` for example. Each run asks for an approval of its own.',
  },
  'lease-unsuitable': {
    exit: 66,
    hint: 'What was lent is not what the inputs allow; it was given back, unless the log says what lives on. Compare `min-ttl`, `max-ttl` and `expect-account` with the role.',
  },
  'static-key': {
    exit: 64,
    hint: 'Take the variable out of the job (`env:`, the settings of the project, the runner) and delete the key where it was made. `static-keys: warn` lets the job go on meanwhile.',
  },
  'request-refused': {
    exit: 70,
    hint: 'docs/errors/request-refused.md says what to do about each reason. Where none is named, compare the versions of broker and action.',
  },
  unreachable: {
    exit: 69,
    hint: 'Check the URL, DNS, firewall and proxy settings (HTTPS_PROXY, NO_PROXY) as seen from this runner.',
  },
  'tls-untrusted': {
    exit: 69,
    hint: 'For a private certificate authority set the input `ca-cert` to its PEM text, or to the path of such a file, or set NODE_EXTRA_CA_CERTS. Checking is never switched off.',
  },
  'tls-refused': {
    exit: 69,
    hint: 'Check the port: plain http may answer there. A server that wants a client certificate fails like this, too: `provider: vault` has the parameters `client-certificate` and `client-key`. `ca-cert` changes nothing about it.',
  },
  'proxy-refused': {
    exit: 69,
    hint: 'Check HTTPS_PROXY (credentials included) or add the host to NO_PROXY.',
  },
  'redirect-refused': {
    exit: 69,
    hint: 'The server answered with a redirect, which is never followed with a credential in hand. Set the URL to where the server really is.',
  },
  'answer-invalid': {
    exit: 69,
    hint: 'What answered does not speak the expected protocol. Check that the URL names the right server and that no proxy or sign-in page answers in its place.',
  },
  'timed-out': {
    exit: 75,
    hint: 'Raise the input `timeout`, or look at the network between runner and server.',
  },
  busy: {
    exit: 75,
    hint: 'The server asked us to come back later and the time was used up. Run the job again.',
  },
  'delivery-failed': {
    exit: 70,
    hint: 'The credential could not be handed to the job and was given back, unless the log says what lives on. Check the runner’s disk and the permissions of its temporary folder.',
  },
  'credential-unusable': {
    exit: 70,
    hint: 'The other side sent a credential that cannot be delivered safely; it was given back, unless the log says what lives on. Tell the owner of the role.',
  },
  'cannot-redact': {
    exit: 70,
    hint: 'Without it nothing is shown, rather than a secret. Give `--state` the folder that `login` was given, or name the variables that hold the secrets with `--variable`.',
  },
  'revoke-failed': {
    exit: 1,
    hint: 'A lease could not be given back in time; it ends by itself at the time shown. Ask the broker’s operator to revoke it sooner.',
  },
  'ledger-changed': {
    exit: 1,
    hint: 'Find the step that writes to that folder: what it could change it could also read. What no message names was given back.',
  },
  unfinished: { exit: 70, hint: 'The run ended before its work did. This is a defect: please report it.' },
  interrupted: {
    exit: 130,
    hint: 'The job was cancelled. What had been lent was given back, unless the log says what lives on.',
  },
  terminated: {
    exit: 143,
    hint: 'The job was cancelled. What had been lent was given back, unless the log says what lives on.',
  },
  internal: { exit: 70, hint: 'This is a defect: please report it, with the stack if there is one.' },
} as const satisfies Record<string, Code>;

export type ErrorCode = keyof typeof codes;

interface Details {
  readonly cause?: unknown;
  /** Replaces the code's own hint where more is known. */
  readonly hint?: string;
  /** The other side's id of the request, for its logs. */
  readonly requestId?: string;
  /** May the same be tried again? Seconds to wait, at least. */
  readonly retryAfterSeconds?: number;
  /** A refusal of the ID token that a fresh one may cure. */
  readonly freshIdToken?: boolean;
  /** Something had been issued, or may have been, before this went wrong. */
  readonly partlyIssued?: boolean;
  /** The server may have done what it was asked: its answer did not get through to us. */
  readonly answerLost?: boolean;
  /** A refusal that says for sure that nothing was issued, whatever its code says of others. */
  readonly nothingIssued?: boolean;
}

/** @returns what to say where a file of our own is gone, which another step or a cleanup has taken; undefined for all else */
export function missingFile(cause: unknown): CredsError | undefined {
  const isIt = cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
  return isIt ? new CredsError('revoke-failed', 'Files of this action are missing.', { cause }) : undefined;
}

/**
 * The one error of this program. The message names the input, claim or host at fault, never a value that could be
 * secret, and never quotes what a server sent.
 */
export class CredsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly freshIdToken: boolean;
  readonly partlyIssued: boolean;
  readonly nothingIssued: boolean;
  readonly answerLost: boolean;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'CredsError';
    this.code = code;
    this.hint = details.hint ?? codes[code].hint;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.freshIdToken = details.freshIdToken ?? false;
    this.partlyIssued = details.partlyIssued ?? false;
    this.nothingIssued = details.nothingIssued ?? false;
    this.answerLost = details.answerLost ?? false;
  }

  /** The same, with nothing left to try. */
  asFinal(): CredsError {
    const { partlyIssued, nothingIssued } = this;
    return this.#like({ partlyIssued, nothingIssued });
  }

  /** The same, after a part had been issued. */
  asPartlyIssued(): CredsError {
    const { retryAfterSeconds, freshIdToken } = this;
    const again = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    return this.#like({ ...again, freshIdToken, partlyIssued: true });
  }

  #like(details: Details): CredsError {
    const { cause, hint, requestId } = this;
    const known = requestId === undefined ? {} : { requestId };
    return new CredsError(this.code, this.message, { cause, hint, ...known, ...details });
  }

  /** The process's exit status for this error. */
  get exit(): number {
    return codes[this.code].exit;
  }

  /** The page that explains it. */
  get page(): string {
    return `docs/errors/${this.code}.md`;
  }
}
