import type { Processes } from './processes.ts';
import type { SshAgents } from './ssh-agents.ts';

/**
 * The outside world, handed to everything that needs it. `entry/` makes the real one; tests make theirs, so no
 * test has to mock a module.
 */
export interface Host {
  /** Environment variables as they were when the process started. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Number of the user; absent where users have none (Windows). */
  readonly userId?: number | undefined;
  /**
   * Home folder of the user as the system knows it, for where HOME does not say it: absolute; undefined where there is no
   * such user.
   */
  readonly home?: () => string | undefined;
  readonly clock: Clock;
  readonly files: Files;
  /** Hex digits of so many random octets. */
  readonly randomHex: (octets: number) => string;
  /** One HTTP exchange, no redirects, no retries. `protocol/http` builds the rest on it. */
  readonly send: Transport;
  /**
   * Connects to a server ahead of the first request to it, where no proxy is between: a handshake, nothing else.
   * Never fails; what is wrong the request will say. Resolves when the server has been reached, or cannot be.
   * @param trust as in `HttpRequest`
   */
  readonly connect?: (url: URL, trust: string | undefined) => Promise<void>;
  /** Writes text to standard output as it is. */
  readonly print: (text: string) => void;
  /** Writes text to standard error as it is. */
  readonly printError: (text: string) => void;
  /** Which of them is a terminal, that is, read by a person as it is written. */
  readonly terminal: { readonly stdout: boolean; readonly stderr: boolean };
  /** Other processes, streams and signals: what the command line needs besides. Absent where no command is ever run. */
  readonly processes?: () => Promise<Processes>;
  /** Agents for SSH keys. Absent where no such agent can be started (Windows). */
  readonly sshAgents?: () => Promise<SshAgents>;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
}

export interface Clock {
  /** Wall-clock time. */
  now(): Date;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Calls back once after `ms` milliseconds, unless the function that it returns is called before. */
  after(ms: number, call: () => void): () => void;
}

/** Files by absolute path. Nothing is written or erased through a symbolic link in the last segment. */
export interface Files {
  /**
   * Appends in one write to a file that exists (the runner's command files). `synced`: what the disk cannot take is an
   * error here and now (fsync), for what must not be lost; it costs up to milliseconds.
   */
  append(path: string, text: string, synced: boolean): void;
  /** Makes a file, 0600, that must not exist yet. */
  create(path: string, text: string): void;
  /** Replaces or makes a file, 0600, in one step: a reader sees the old or the new content. Killed, it leaves a draft. */
  replace(path: string, text: string): void;
  /** Makes a folder, 0700, and refuses one that others may write to or that is a link. */
  makePrivateFolder(path: string): void;
  /** Names in a folder; empty when it does not exist. */
  list(folder: string): string[];
  /** Reads at most `maxBytes` bytes; undefined when there is no such file. */
  read(path: string, maxBytes: number): string | undefined;
  /**
   * The same for a file that must be ours alone, 0600, and no link.
   * @throws Error when it is another’s, or others may read or write it
   */
  readPrivate(path: string, maxBytes: number): string | undefined;
  /** Bytes of a file that is no link; undefined when there is none. */
  size(path: string): number | undefined;
  /** Where a path leads once every link in it is followed; what does not exist yet is taken as it is written. */
  realPath(path: string): string;
  /** Overwrites with zeros and removes; false when there was no such file. */
  erase(path: string): boolean;
  /** Removes a folder when nothing is in it. */
  removeIfEmpty(folder: string): void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer's body may not be longer, in bytes. */
  readonly maxBytes: number;
  /** `public`: only to addresses of the public Internet, whatever the name means. Only the broker's host heeds it. */
  readonly networks?: 'public' | 'any';
  /** PEM text of certificate authorities to trust besides the usual ones. */
  readonly trust?: string;
  /** PEM texts by which the server knows us (TLS, client certificate). Never shown to a proxy. */
  readonly identity?: { readonly cert: string; readonly key: string };
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What can go wrong on the wire, before any status code is judged. */
export type TransportFault =
  | 'refused'
  | 'reset'
  | 'dns'
  | 'dns-temporary'
  | 'timeout'
  /** There is no TLS connection: the server has broken it off, or speaks another protocol. */
  | 'tls'
  /** The server's certificate is not trusted here. */
  | 'certificate'
  | 'proxy'
  | 'truncated'
  | 'garbled'
  | 'too-large'
  | 'encoding'
  | 'aborted';

/** Faults of the time before a connection stands. */
const early: readonly TransportFault[] = ['refused', 'dns', 'dns-temporary', 'proxy', 'certificate'];

/** Alerts of TLS about the certificate that a client has shown, or has not (RFC 8446 §6.2). */
export const clientAlerts: readonly (number | undefined)[] = [42, 43, 44, 45, 46, 48, 49, 116];

interface FaultDetails extends ErrorOptions {
  readonly unsent?: boolean;
  readonly alert?: number | undefined;
}

export class TransportError extends Error {
  readonly fault: TransportFault;
  /** For sure nobody has got anything of the request who could have done what it asks. */
  readonly unsent: boolean;
  /** By what the server has broken off (RFC 8446 §6). */
  readonly alert: number | undefined;

  constructor(
    fault: TransportFault,
    { unsent = early.includes(fault), alert, ...options }: FaultDetails = {},
  ) {
    super(fault, options);
    this.name = 'TransportError';
    this.fault = fault;
    this.unsent = unsent;
    this.alert = alert;
  }
}

/** @throws TransportError when there is no complete answer within the bounds of the request */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>;
