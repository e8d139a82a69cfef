import { posix } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { PipelineFile } from '../gate/files/file.ts';
import { policyText } from '../gate/files/policy-text.ts';
import { filesAt, readFiles } from '../gate/files/read-files.ts';
import { fileReaders } from '../gate/files/registry.ts';
import type { WorkTree } from '../gate/files/work-tree.ts';
import type { WritableTree } from '../gate/files/writable-tree.ts';
import { noPolicy, policyFileName, readGatePolicy } from '../gate/gate-policy.ts';
import type { Wish } from '../gate/fixes/fix.ts';
import { fixText, type Done, type Means } from '../gate/fixes/fix-text.ts';
import { handWork, type FixedFile, type NewPolicy } from '../gate/fixes/hand-work.ts';
import { fixes } from '../gate/fixes/registry.ts';
import { policyFor } from '../gate/fixes/trust-policy.ts';
import { unifiedDiff } from '../gate/fixes/unified-diff.ts';
import { ruleBook } from '../gate/rules/registry.ts';

/** What is to be rewritten, and how. */
export interface FixOrder {
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly wish: Wish;
  /** Folder for the trust policies that the broker needs. */
  readonly policies: string;
  /** The gate’s policy file, as `gate check` takes it: what it says of names of secrets holds here, too. */
  readonly policy: string | undefined;
}

/** What would be written, and what is left to a person. */
export interface FixPlan {
  readonly files: readonly FixedFile[];
  readonly policies: readonly NewPolicy[];
  /** Files that could not be read, each with the reason. */
  readonly unreadable: readonly string[];
  readonly diff: string;
  /** In Markdown. */
  readonly handWork: string;
}

/** `gate fix`, up to the writing. @throws CredsError for a path at which there is nothing, and a value nobody reads */
export function planFixes(order: FixOrder, tree: WorkTree): FixPlan {
  const { wish } = order;
  const asked = order.paths.flatMap((path) => filesAt(tree, path, fileReaders));
  const read = readFiles(asked, tree, fileReaders);
  const sound = read.flatMap((file) => ('problem' in file ? [] : [file]));
  const means: Means = {
    readers: fileReaders,
    book: ruleBook,
    fixes,
    classification: classificationOf(order, tree),
    scripts: sound.filter(({ kind }) => kind === 'script'),
  };
  const fixed = sound.map((file) => ({ file, ...fixText(file, wish, means) }));
  assertValuesRead(
    wish,
    fixed.flatMap(({ done }) => done),
  );
  const policies = fixed.flatMap(({ file, done }) => policiesOf(file, done, order, tree));
  const files = fixed.map(({ file, text, done, left, warns }) => {
    return { path: file.source.path, before: file.source.text, after: text, done, left, warns };
  });
  const used = new Set(fixed.flatMap(({ left }) => left.flatMap(({ secret }) => secret ?? [])));
  return {
    files,
    policies,
    unreadable: read.flatMap((file) => ('problem' in file ? [`${file.source.path}: ${file.problem}`] : [])),
    diff: [
      ...files.map(({ path, before, after }) => unifiedDiff(shown(path), before, after)),
      ...policies.map(({ path, text, taken }) => (taken ? '' : unifiedDiff(shown(path), undefined, text))),
    ].join(''),
    handWork: handWork(files, policies, { wish, used }),
  };
}

/**
 * Writes a plan; nothing of it where one of the files is not as it was.
 * @returns the paths, in the order in which they were written
 * @throws CredsError
 */
export function writeFixes({ files, policies }: FixPlan, tree: WritableTree): string[] {
  const changed = files.filter(({ before, after }) => before !== after);
  for (const { path, before } of changed) {
    const why = tree.whyNot(path, before);
    if (why !== undefined) throw refused(path, why, []);
  }
  const written: string[] = [];
  const steps = [
    ...policies
      .filter(({ taken }) => !taken)
      .map(({ path, text }) => ({
        path,
        do: () => {
          tree.create(path, text);
        },
      })),
    ...changed.map(({ path, before, after }) => ({
      path,
      do: () => {
        tree.replace(path, before, after);
      },
    })),
  ];
  for (const step of steps) {
    try {
      step.do();
    } catch (error) {
      throw refused(step.path, error instanceof Error ? error.message : 'it failed', written);
    }
    written.push(step.path);
  }
  return written;
}

function refused(path: string, why: string, written: readonly string[]): CredsError {
  const hint =
    written.length === 0
      ? 'Nothing was written.'
      : `Written already: ${written.join(', ')}; run it again for the rest.`;
  return new CredsError('input-invalid', `${path} is not written: ${why}.`, { hint });
}

const mostPolicyBytes = 256 * 1024;

function classificationOf({ policy }: FixOrder, tree: WorkTree): Readonly<Record<string, string>> {
  const text = policyText(tree, policy ?? policyFileName);
  if (text !== undefined) return readGatePolicy(policy ?? policyFileName, text).classification;
  return policy === undefined ? noPolicy.classification : missing(policy);
}

function missing(path: string): never {
  throw new CredsError('input-invalid', `There is no file ${path}.`, {
    hint: 'Name files or folders; left out, the folder in which the gate is started.',
  });
}

/** A typo would leave a variable where a value was meant. */
function assertValuesRead({ values }: Wish, done: readonly Done[]): void {
  const read = done.flatMap(({ reads }) => reads.map(({ name }) => name));
  const other = Object.keys(values).find((name) => !read.includes(name));
  if (other === undefined) return;
  throw new CredsError('input-invalid', `\`--set ${other}=…\` is read by nothing that is rewritten.`, {
    hint: read.length === 0 ? 'Nothing asks for a value.' : `There are ${[...new Set(read)].join(', ')}.`,
  });
}

function policiesOf(file: PipelineFile, done: readonly Done[], order: FixOrder, tree: WorkTree): NewPolicy[] {
  const lending = done.filter(({ lends }) => lends !== undefined);
  return [...Map.groupBy(lending, ({ job }) => job.name).values()].flatMap((ofJob) => {
    const [first] = ofJob;
    if (first === undefined) return [];
    const roles = new Map(ofJob.flatMap(({ lends }) => (lends === undefined ? [] : [[lends.role, lends]])));
    const events = [...new Set(ofJob.flatMap((each) => each.events))];
    const { id, text, notes } = policyFor(
      file,
      first.job,
      { events, roles: [...roles.values()] },
      order.wish,
    );
    const path = `${order.policies}/${id}.yaml`;
    const there = tree.read(path, mostPolicyBytes);
    return there === text ? [] : [{ path, text, notes, taken: there !== undefined }];
  });
}

function shown(path: string): string {
  return posix.normalize(path).replace(/^\/+/, '');
}
