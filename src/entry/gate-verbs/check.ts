import { parseArgs } from 'node:util';
import { checkGate } from '../../commands/check-gate.ts';
import { isFormat, reportFormats, type FormatName } from '../../gate/reports/registry.ts';
import { stops, type GateReport } from '../../gate/reports/report.ts';
import type { GateEnd, GateVerb } from '../gate-verb.ts';
import { gitBase } from '../git-base.ts';
import { tellIn, writeReports, type ReportFile } from '../report-file.ts';
import { workTree } from '../work-tree.ts';

/** `gate check`: 1 when something was found that stops the job. */
export const check: GateVerb = {
  usage: `check [PATH…] [--format ${Object.keys(reportFormats).join('|')}] [--report FORMAT=FILE]… [--policy FILE] [--base REF]`,
  read: (words) => {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        format: { type: 'string', default: 'text' },
        report: { type: 'string', multiple: true, default: [] },
        policy: { type: 'string' },
        base: { type: 'string' },
      },
      allowPositionals: true,
    });
    const { format, policy, base } = values;
    const reports = values.report.map(reportFile);
    if (!isFormat(format) || !reports.every((each) => each !== undefined)) return undefined;
    const order = { paths: positionals.length === 0 ? ['.'] : positionals, policy };
    return async () => {
      const at = new Date();
      return end(await checkGate(order, workTree, at, gitBase(base, process.env)), { format, reports, at });
    };
  },
};

interface Wanted {
  readonly format: FormatName;
  readonly reports: readonly ReportFile[];
  readonly at: Date;
}

function end(report: GateReport, { format, reports, at }: Wanted): GateEnd {
  const problems = writeReports(reports, report, at);
  const found = stops(report) ? 1 : 0;
  return { out: tellIn(format, report, at), status: problems === '' ? found : 2, problems };
}

/** @param word `FORMAT=FILE` */
function reportFile(word: string): ReportFile | undefined {
  const [, format = '', path = ''] = /^([^=]+)=(.+)$/s.exec(word) ?? [];
  return isFormat(format) ? { format, path } : undefined;
}
