import { codeQualityReport } from './code-quality.ts';
import { githubReport } from './github.ts';
import { gitlabSastReport } from './gitlab-sast.ts';
import { jsonReport } from './json.ts';
import type { ReportFormat } from './report.ts';
import { sarifReport } from './sarif.ts';
import { summaryReport } from './summary.ts';
import { textReport } from './text.ts';

/** Every form in which a report is told. */
export const reportFormats: Readonly<Record<FormatName, ReportFormat>> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
  summary: summaryReport,
  'gitlab-sast': gitlabSastReport,
  'code-quality': codeQualityReport,
};

export type FormatName = 'text' | 'json' | 'sarif' | 'github' | 'summary' | 'gitlab-sast' | 'code-quality';

export function isFormat(name: string): name is FormatName {
  return Object.hasOwn(reportFormats, name);
}
