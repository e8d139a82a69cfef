import { CredsError } from '../domain/errors.ts';
import { withWaivers, wrongWaivers } from '../gate/apply-policy.ts';
import type { BaseTree } from '../gate/files/base-tree.ts';
import { literalsIn, valuesOf, type Literal } from '../gate/files/literals.ts';
import { policyText } from '../gate/files/policy-text.ts';
import { filesAt, readFiles } from '../gate/files/read-files.ts';
import type { ReadFile } from '../gate/files/read-text.ts';
import { fileReaders } from '../gate/files/registry.ts';
import { sourceOf } from '../gate/files/source.ts';
import type { WorkTree } from '../gate/files/work-tree.ts';
import type { Finding } from '../gate/finding.ts';
import { noPolicy, policyFileName, readGatePolicy, type GatePolicy } from '../gate/gate-policy.ts';
import { hiderOf, withoutValues } from '../gate/hidden-values.ts';
import { inlineRemarks } from '../gate/inline-remarks.ts';
import { inspect, unreadable } from '../gate/inspect.ts';
import { downgrades, type PolicyBefore } from '../gate/policy-downgrade.ts';
import type { GateReport } from '../gate/reports/report.ts';
import { ruleBook } from '../gate/rules/registry.ts';
import type { Severity } from '../gate/rules/rule.ts';

/** What the gate is asked about. */
export interface GateOrder {
  /** Files and folders; a file is read wherever it lies. */
  readonly paths: readonly string[];
  /** The policy file; left out, the one in the folder in which the gate is started, if there is one. */
  readonly policy: string | undefined;
}

/**
 * `gate check`.
 * @param base the branch that the change goes to; without one the policy file is not compared
 * @throws CredsError when there is nothing at a path, the policy file is not sound, or a base that was asked for cannot
 *   be read
 */
export async function checkGate(
  order: GateOrder,
  tree: WorkTree,
  now: Date,
  base?: BaseTree,
): Promise<GateReport> {
  const { policy, values } = await policyOf(order, tree);
  const before = await policyBefore(order, policy, base);
  const read = readFiles(
    order.paths.flatMap((path) => filesAt(tree, path, fileReaders)),
    tree,
    fileReaders,
  );
  const findings: Finding[] = [];
  const answered = wrongWaivers(policy, ruleBook.waivers, now);
  if (before !== undefined)
    answered.push(...downgrades(before, { policy, at: now }, ruleBook.downgrades, severityOf));
  for (const file of read) {
    const literals = await literalsIn(file.source);
    values.push(...valuesOf(file.source, literals));
    findings.push(...findingsIn(file, literals, policy));
    answered.push(...inlineRemarks(file.source, policy, ruleBook.remarks, now));
  }
  // Nobody waives what is wrong with waivers.
  const all = [...withWaivers(findings, policy, now), ...answered];
  const hide = hiderOf(values);
  return {
    files: read.length,
    findings: all.map((each) => withoutValues(each, hide)),
    enforced: policy.mode === 'enforce' || wasEnforced(before),
  };
}

function findingsIn(file: ReadFile, literals: readonly Literal[], { classification }: GatePolicy): Finding[] {
  if ('problem' in file) return [unreadable(file, ruleBook)];
  return inspect({ ...file, literals }, ruleBook, classification);
}

/** A change that switches the gate off does not switch it off for itself. */
function wasEnforced(before: PolicyBefore | undefined): boolean {
  return before !== undefined && 'policy' in before && before.policy.mode === 'enforce';
}

function severityOf(id: string): Severity | undefined {
  return ruleBook.credentials.find((rule) => rule.id === id)?.severity;
}

const mostPolicyBytes = 256 * 1024;

interface ReadPolicy {
  readonly policy: GatePolicy;
  /** Secrets that somebody has written into it. */
  readonly values: string[];
}

async function policyOf({ policy }: GateOrder, tree: WorkTree): Promise<ReadPolicy> {
  const path = policy ?? policyFileName;
  const text = policyText(tree, path);
  if (text === undefined) return policy === undefined ? { policy: noPolicy, values: [] } : missing(policy);
  const source = sourceOf(path, text);
  const values = valuesOf(source, await literalsIn(source));
  try {
    return { policy: readGatePolicy(path, text), values };
  } catch (error) {
    if (!(error instanceof CredsError)) throw error;
    const hide = hiderOf(values);
    throw new CredsError(error.code, hide(error.message), { hint: hide(error.hint) });
  }
}

/** Undefined where there is nothing to compare. */
async function policyBefore(
  order: GateOrder,
  policy: GatePolicy,
  base: BaseTree | undefined,
): Promise<PolicyBefore | undefined> {
  if (base === undefined || (policy.document === undefined && !base.asked)) return undefined;
  const path = order.policy ?? policyFileName;
  try {
    const text = await base.read(path, mostPolicyBytes);
    return { policy: text === undefined ? noPolicy : readGatePolicy(path, text) };
  } catch (error) {
    const why = error instanceof CredsError ? 'it was not sound' : (error as Error).message;
    if (base.asked && !(error instanceof CredsError)) throw unreadableBase(base.name, why);
    return { unknown: `${base.name}: ${why}` };
  }
}

function unreadableBase(name: string, why: string): CredsError {
  return new CredsError('input-invalid', `The base ${name} cannot be read: ${why}.`, {
    hint: 'Name a branch, a tag or a commit that is in this clone; fetch it first, or clone with its history.',
  });
}

function missing(path: string): never {
  throw new CredsError('input-invalid', `There is no file ${path}.`, {
    hint: 'Name files or folders; left out, the folder in which the gate is started.',
  });
}
