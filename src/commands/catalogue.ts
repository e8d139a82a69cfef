import { posix } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import { withWaivers } from '../gate/apply-policy.ts';
import { assemble } from '../gate/catalogue/assemble.ts';
import type { Catalogue, CataloguedRepository } from '../gate/catalogue/catalogue.ts';
import { compare } from '../gate/catalogue/compare.ts';
import { findRepositories, type FoundRepository } from '../gate/catalogue/find-repositories.ts';
import type { JudgedFile } from '../gate/catalogue/judged-file.ts';
import { readCatalogue } from '../gate/catalogue/read-catalogue.ts';
import { survey, type RepositoryReading } from '../gate/catalogue/survey.ts';
import type { PipelineFile } from '../gate/files/file.ts';
import { findFiles } from '../gate/files/find-files.ts';
import { literalsIn, valuesOf } from '../gate/files/literals.ts';
import { readFiles } from '../gate/files/read-files.ts';
import { fileReaders } from '../gate/files/registry.ts';
import { sourceOf } from '../gate/files/source.ts';
import type { WorkTree } from '../gate/files/work-tree.ts';
import type { Finding } from '../gate/finding.ts';
import { noPolicy, policyFileName, readGatePolicy, type GatePolicy } from '../gate/gate-policy.ts';
import { hiderOf, withoutValues } from '../gate/hidden-values.ts';
import { inspect, judge, unreadable } from '../gate/inspect.ts';
import { rules, ruleBook } from '../gate/rules/registry.ts';

/** What the catalogue is asked about. */
export interface CatalogueOrder {
  /** Checkouts, and folders with checkouts in them. */
  readonly paths: readonly string[];
  /** The JSON of an earlier run, with which this one is compared. */
  readonly since: string | undefined;
  /** The folder from which relative paths count, absolute and with `/`. */
  readonly here: string;
  /** The moment that the catalogue is of: waivers hold or have ended then. */
  readonly at: Date;
}

/**
 * `gate catalogue`. A repository that cannot be read is told in the catalogue and does not keep the others out of it.
 * @throws CredsError when the earlier run’s file cannot be read
 */
export async function catalogue(order: CatalogueOrder, tree: WorkTree): Promise<Catalogue> {
  const before = order.since === undefined ? undefined : earlier(order.since, tree);
  const surveys = [];
  for (const found of findRepositories(tree, order.paths, order.here))
    surveys.push(await surveyed(found, tree, order.at));
  const after = assemble({
    generatedAt: order.at,
    repositories: surveys.map(({ repository }) => repository),
    secrets: surveys.flatMap(({ secrets }) => secrets),
    rules,
  });
  return before === undefined ? after : { ...after, since: compare(before, after) };
}

const mostCatalogueBytes = 128 * 1024 * 1024;

function earlier(path: string, tree: WorkTree): Catalogue {
  let text: string | undefined;
  try {
    text = tree.read(path, mostCatalogueBytes);
  } catch {
    throw new CredsError('input-invalid', `${path} cannot be read.`, {
      hint: 'Name a file that `gate catalogue --format json` has written.',
    });
  }
  if (text !== undefined) return readCatalogue(path, text);
  throw new CredsError('input-invalid', `There is no file ${path}.`, {
    hint: 'The first run has nothing to be compared with: leave --since out, and keep its JSON.',
  });
}

async function surveyed(
  found: FoundRepository,
  tree: WorkTree,
  at: Date,
): Promise<ReturnType<typeof survey>> {
  try {
    return survey(await readRepository(found, tree, at));
  } catch (error) {
    return { repository: unread(found, problemOf(error)), secrets: [] };
  }
}

function problemOf(error: unknown): string {
  if (error instanceof CredsError) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? 'the gate has a defect here' : `the system says ${code}`;
}

function unread({ name, path }: FoundRepository, problem: string): CataloguedRepository {
  const none = { files: 0, unreadable: [], secrets: 0, waived: 0, identifiers: 0, unnamed: 0 };
  return {
    name,
    path,
    problem,
    ...none,
    enforced: true,
    jobs: { static: 0, both: 0, shortLived: 0, neither: 0 },
    uses: { static: 0, shortLived: 0 },
  };
}

async function readRepository(
  { name, path }: FoundRepository,
  everything: WorkTree,
  at: Date,
): Promise<RepositoryReading> {
  if (!everything.isFolder(path)) throw wrong('there is no such folder');
  const tree = below(everything, path);
  const { policy, values } = await policyOf(tree);
  const paths = findFiles(tree, '.', fileReaders).map((each) => ({ path: each, found: true }));
  if (paths.length === 0 && tree.list('.').every((entry) => entry.name !== '.git'))
    throw wrong('this is no checkout, there is none below it, and there are no pipeline files in it');
  const files: JudgedFile[] = [];
  const failed: Finding[] = [];
  for (const file of readFiles(paths, tree, fileReaders)) {
    const literals = await literalsIn(file.source);
    values.push(...valuesOf(file.source, literals));
    if ('problem' in file) failed.push(unreadable(file, ruleBook));
    else files.push(judgedFile({ ...file, literals }, policy));
  }
  const hide = hiderOf(values);
  const fit = (findings: readonly Finding[]): Finding[] =>
    withWaivers(findings, policy, at).map((each) => withoutValues(each, hide));
  return {
    name: hide(name),
    path,
    files: files.map((each) => ({ ...each, findings: fit(each.findings) })),
    unreadable: fit(failed),
    enforced: policy.mode === 'enforce',
  };
}

function judgedFile(file: PipelineFile, { classification }: GatePolicy): JudgedFile {
  const judged = judge(file, ruleBook, classification);
  return { file, judged, findings: inspect(file, ruleBook, classification) };
}

function wrong(message: string): CredsError {
  return new CredsError('input-invalid', message, {
    hint: 'Name checkouts, or folders with checkouts in them.',
  });
}

const mostPolicyBytes = 256 * 1024;

interface ReadPolicy {
  readonly policy: GatePolicy;
  /** Secrets that somebody has written into it. */
  readonly values: string[];
}

async function policyOf(tree: WorkTree): Promise<ReadPolicy> {
  let text: string | undefined;
  try {
    text = tree.read(policyFileName, mostPolicyBytes);
  } catch {
    throw wrong(`${policyFileName} cannot be read, or is longer than 256 KiB`);
  }
  if (text === undefined) return { policy: noPolicy, values: [] };
  const source = sourceOf(policyFileName, text);
  const values = valuesOf(source, await literalsIn(source));
  try {
    return { policy: readGatePolicy(policyFileName, text), values };
  } catch (error) {
    throw error instanceof CredsError ? wrong(hiderOf(values)(error.message)) : error;
  }
}

/** The work tree of one repository: what is in it is named from its root, as a run of the gate in it does. */
function below(tree: WorkTree, folder: string): WorkTree {
  const within = (path: string): string => posix.join(folder, path);
  return {
    isFolder: (path) => tree.isFolder(within(path)),
    list: (path) => tree.list(within(path)),
    // No link in it leads out of it.
    read: (path, maxBytes, root = '') => tree.read(within(path), maxBytes, within(root)),
  };
}
