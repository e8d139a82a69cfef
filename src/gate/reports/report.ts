import type { Finding } from '../finding.ts';

/** What a run of the gate has found. */
export interface GateReport {
  /** How many files were read. */
  readonly files: number;
  readonly findings: readonly Finding[];
  /** False where the policy file says that nothing stops the job. */
  readonly enforced: boolean;
}

/** One form in which a report is told. @returns the whole text, with a line's end */
export type ReportFormat = (report: GateReport) => string;
