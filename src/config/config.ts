import type { RoleRequest } from '../domain/lease.ts';

/** One line of `export`: an exporter and its settings, such as `env NPM_TOKEN=token`. */
export interface ExportLine {
  readonly exporter: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** All that the user said, read once and checked. */
export interface Config {
  readonly provider: string;
  readonly brokerUrl?: string;
  readonly audience?: string;
  readonly roles: readonly RoleRequest[];
  readonly region?: string;
  readonly ttlSeconds?: number;
  /** What is lent is to end when so many seconds pass without a heartbeat. Only `exec` lives long enough to send any. */
  readonly heartbeatSeconds?: number;
  readonly maxTtlSeconds: number;
  readonly minTtlSeconds: number;
  readonly exports: readonly ExportLine[];
  readonly binding: 'auto' | 'key' | 'none';
  /** `auto`, `env:NAME` or `file:PATH`. */
  readonly idToken: string;
  /** Any of these must come back; one at least. */
  readonly expectAccounts?: readonly string[];
  /** What to do about a static credential that lies beside what is lent. */
  readonly staticKeys: 'warn' | 'refuse' | 'ignore';
  readonly revoke: boolean;
  readonly failOnRevokeError: boolean;
  readonly timeoutSeconds: number;
  readonly approvalTimeoutSeconds: number;
  readonly filesDir?: string;
  readonly summary: 'always' | 'on-problem' | 'never';
  /** The PEM text, and where post finds it: the path of a file, or the text once more where that itself was given. */
  readonly caCert?: { readonly source: string; readonly pem: string };
  readonly params: Readonly<Record<string, unknown>>;
}
