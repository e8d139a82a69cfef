import { CredsError } from '../domain/errors.ts';
import { withWaivers, wrongWaivers } from '../gate/apply-policy.ts';
import { findFiles, readPipeline } from '../gate/files/find-files.ts';
import { literalsIn } from '../gate/files/literals.ts';
import { fileReaders } from '../gate/files/registry.ts';
import type { WorkTree } from '../gate/files/work-tree.ts';
import type { Finding } from '../gate/finding.ts';
import { noPolicy, policyFileName, readGatePolicy, type GatePolicy } from '../gate/gate-policy.ts';
import { inspect, unreadable } from '../gate/inspect.ts';
import type { GateReport } from '../gate/reports/report.ts';
import { ruleBook } from '../gate/rules/registry.ts';

/** What the gate is asked about. */
export interface GateOrder {
  /** Files and folders; a file is read wherever it lies. */
  readonly paths: readonly string[];
  /** The policy file; left out, the one in the folder in which the gate is started, if there is one. */
  readonly policy: string | undefined;
}

/** `gate check`. @throws CredsError when there is nothing at a path, or the policy file is not sound */
export async function checkGate(order: GateOrder, tree: WorkTree, now: Date): Promise<GateReport> {
  const policy = policyOf(order, tree);
  const files = [...new Set(order.paths.flatMap((path) => filesAt(tree, path)))];
  const read = files.map((path) => readPipeline(tree, path, fileReaders) ?? missing(path));
  const findings: Finding[] = [];
  for (const file of read) {
    if ('problem' in file) findings.push(unreadable(file, ruleBook));
    else {
      const whole = { ...file, literals: await literalsIn(file.source) };
      findings.push(...inspect(whole, ruleBook, policy.classification));
    }
  }
  const wrong = wrongWaivers(policy, ruleBook.waivers, now);
  return {
    files: read.length,
    findings: [...withWaivers(findings, policy, now), ...wrong],
    enforced: policy.mode === 'enforce',
  };
}

const mostPolicyBytes = 256 * 1024;

function policyOf({ policy }: GateOrder, tree: WorkTree): GatePolicy {
  const text = tree.read(policy ?? policyFileName, mostPolicyBytes);
  if (text !== undefined) return readGatePolicy(policy ?? policyFileName, text);
  return policy === undefined ? noPolicy : missing(policy);
}

function missing(path: string): never {
  throw new CredsError('input-invalid', `There is no file ${path}.`, {
    hint: 'Name files or folders; left out, the folder in which the gate is started.',
  });
}

function filesAt(tree: WorkTree, path: string): string[] {
  return tree.isFolder(path) ? findFiles(tree, path, fileReaders) : [path];
}
