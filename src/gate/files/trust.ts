import type { Span } from './source.ts';

/** Whom a policy in the repository lets in by the ID tokens of a platform. */
export interface Trust {
  /** What a finding points to where no subject is asked about. */
  readonly span: Span;
  /** What it is called in its file. */
  readonly name: string;
  /** One of them has to match; empty where the subject is not looked at. */
  readonly subjects: readonly TrustedSubject[];
  /** Other claims that have to have a value that is written out. */
  readonly claims: ReadonlySet<string>;
}

export interface TrustedSubject {
  /** `*` stands for anything. */
  readonly pattern: string;
  readonly span: Span;
}
