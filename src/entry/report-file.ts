import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { version } from '../cli/version.ts';
import { reportFormats, type FormatName } from '../gate/reports/registry.ts';
import type { GateReport } from '../gate/reports/report.ts';

export interface ReportFile {
  readonly format: FormatName;
  readonly path: string;
}

/** A report as text. */
export function tellIn(format: FormatName, report: GateReport, at: Date): string {
  return reportFormats[format](report, { version, at });
}

/** Writes all of them, each whole or not at all. @returns what could not be written, a line each */
export function writeReports(files: readonly ReportFile[], report: GateReport, at: Date): string {
  return files
    .map(({ format, path }) => {
      try {
        writeReport(path, tellIn(format, report, at));
        return '';
      } catch (error) {
        const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
        return `The report ${path} cannot be written: ${why}.\n`;
      }
    })
    .join('');
}

/**
 * Writes a file in one step: who reads it sees the old one, or the whole new one. Through a link, its target is replaced.
 * @throws Error when it cannot be written, or there is something that is no file; then nothing is left behind
 */
export function writeReport(path: string, text: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  // A device or a pipe in its place must not be replaced by a file.
  if (found !== undefined && !found.isFile()) throw new Error('there is something that is no file');
  const target = found === undefined ? path : realpathSync(path);
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(8).toString('hex')}`);
  try {
    writeWhole(draft, text);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeWhole(path: string, text: string): void {
  const descriptor = openSync(path, 'wx');
  try {
    const octets = Buffer.from(text);
    for (let done = 0; done < octets.length;) done += writeSync(descriptor, octets, done);
  } finally {
    closeSync(descriptor);
  }
}
