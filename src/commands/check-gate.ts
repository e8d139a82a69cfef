import { CredsError } from '../domain/errors.ts';
import { findFiles, readPipeline } from '../gate/files/find-files.ts';
import { literalsIn } from '../gate/files/literals.ts';
import { fileReaders } from '../gate/files/registry.ts';
import type { WorkTree } from '../gate/files/work-tree.ts';
import type { Finding } from '../gate/finding.ts';
import { inspect, unreadable } from '../gate/inspect.ts';
import type { GateReport } from '../gate/reports/report.ts';
import { ruleBook } from '../gate/rules/registry.ts';

/** What the gate is asked about. */
export interface GateOrder {
  /** Files and folders; a file is read wherever it lies. */
  readonly paths: readonly string[];
}

/** `gate check`. @throws CredsError when there is nothing at a path */
export async function checkGate({ paths }: GateOrder, tree: WorkTree): Promise<GateReport> {
  const files = [...new Set(paths.flatMap((path) => filesAt(tree, path)))];
  const read = files.map((path) => readPipeline(tree, path, fileReaders) ?? missing(path));
  const findings: Finding[] = [];
  for (const file of read) {
    if ('problem' in file) findings.push(unreadable(file, ruleBook));
    else findings.push(...inspect({ ...file, literals: await literalsIn(file.source) }, ruleBook));
  }
  return { files: read.length, findings };
}

function missing(path: string): never {
  throw new CredsError('input-invalid', `There is no file ${path}.`, {
    hint: 'Name files or folders; left out, the folder in which the gate is started.',
  });
}

function filesAt(tree: WorkTree, path: string): string[] {
  return tree.isFolder(path) ? findFiles(tree, path, fileReaders) : [path];
}
