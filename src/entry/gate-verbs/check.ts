import { parseArgs } from 'node:util';
import { checkGate } from '../../commands/check-gate.ts';
import type { GateReport } from '../../gate/reports/report.ts';
import { reportFormats } from '../../gate/reports/registry.ts';
import type { GateVerb } from '../gate-verb.ts';
import { gitBase } from '../git-base.ts';
import { workTree } from '../work-tree.ts';

/** `gate check`: 1 when something was found that stops the job. */
export const check: GateVerb = {
  usage: 'check [PATH…] [--format text|json|sarif] [--policy FILE] [--base REF]',
  read: (words) => {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        format: { type: 'string', default: 'text' },
        policy: { type: 'string' },
        base: { type: 'string' },
      },
      allowPositionals: true,
    });
    if (!isFormat(values.format)) return undefined;
    const tell = reportFormats[values.format];
    const order = { paths: positionals.length === 0 ? ['.'] : positionals, policy: values.policy };
    return async () => {
      const report = await checkGate(order, workTree, new Date(), gitBase(values.base, process.env));
      return { out: tell(report), status: stops(report) ? 1 : 0 };
    };
  },
};

function isFormat(name: string): name is keyof typeof reportFormats {
  return Object.hasOwn(reportFormats, name);
}

function stops({ findings, enforced }: GateReport): boolean {
  return enforced && findings.some(({ severity, waived }) => severity === 'error' && waived === undefined);
}
