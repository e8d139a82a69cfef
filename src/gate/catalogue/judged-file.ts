import type { PipelineFile } from '../files/file.ts';
import type { Finding } from '../finding.ts';
import type { Judged } from '../rules/rule.ts';

/** A pipeline file, and what the rules say of it. */
export interface JudgedFile {
  readonly file: PipelineFile;
  /** Every reference to a secret in it. */
  readonly judged: readonly Judged[];
  readonly findings: readonly Finding[];
}
