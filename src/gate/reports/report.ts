import type { Finding } from '../finding.ts';

/** What a run of the gate has found. */
export interface GateReport {
  /** How many files were read. */
  readonly files: number;
  readonly findings: readonly Finding[];
  /** False where the policy file says that nothing stops the job. */
  readonly enforced: boolean;
}

/** Who tells it, and when. */
export interface Telling {
  readonly version: string;
  readonly at: Date;
}

/** One form in which a report is told. @returns the whole text, with a line's end */
export type ReportFormat = (report: GateReport, telling: Telling) => string;

/** Whether a job that asked has to end. */
export function stops({ findings, enforced }: GateReport): boolean {
  return enforced && openOf(findings).some(({ severity }) => severity === 'error');
}

/** What nobody has answered for, the worst first, else in its order. */
export function openOf(findings: readonly Finding[]): Finding[] {
  const open = findings.filter(({ waived }) => waived === undefined);
  return (['error', 'warning', 'note'] as const).flatMap((wanted) =>
    open.filter(({ severity }) => severity === wanted),
  );
}

/** `3 errors, 1 warning, 0 notes, 2 waived`. */
export function countsOf(findings: readonly Finding[]): string {
  const open = openOf(findings);
  const waived = findings.length - open.length;
  const count = (severity: string): string => {
    const number = open.filter((each) => each.severity === severity).length;
    return `${String(number)} ${severity}${number === 1 ? '' : 's'}`;
  };
  return [
    ...['error', 'warning', 'note'].map(count),
    ...(waived > 0 ? [`${String(waived)} waived`] : []),
  ].join(', ');
}
