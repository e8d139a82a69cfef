import { jsonReport } from './json.ts';
import type { ReportFormat } from './report.ts';
import { sarifReport } from './sarif.ts';
import { textReport } from './text.ts';

/** Every form in which a report is told. */
export const reportFormats = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
} as const satisfies Readonly<Record<string, ReportFormat>>;
