import { basename, dirname } from 'node:path';
import { invalid } from '../../domain/yaml-document.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { Settings } from './settings.ts';

/** With less the first lines or rows do not fit. */
const leastBytes = 1024 * 1024;

interface WrittenFile {
  readonly field: readonly PropertyKey[];
  readonly path: string;
  /** What stands there is never written to, but replaced. */
  readonly replaced: boolean;
}

/**
 * Looks at the files that a broker writes to, as whoever calls this may write: store, audit log and checkpoint. Nothing is written or made.
 * @returns what does not stop a start, one sentence each
 * @throws CredsError `input-invalid` with all that would stop it
 */
export function checkPlaces(settings: Settings, files: BrokerFiles): string[] {
  const problems = writtenFiles(settings).flatMap(({ field, ...file }) => {
    const what = troubleOf(file, files);
    return what === undefined ? [] : [settings.document.problem(field, what)];
  });
  if (problems.length > 0) throw invalid(problems);
  const { checkpointPath: checkpoint } = settings;
  // What is in it is looked at; where there is none yet the start makes one.
  openCheckpoint(checkpoint, { ...files, replace: () => undefined });
  if (checkpoint === undefined || files.mayWrite(dirname(checkpoint))) return [];
  return [`${checkpoint} cannot be replaced: no file can be made in its folder, and each write is an alarm`];
}

function writtenFiles({ store, audit, checkpointPath }: Settings): WrittenFile[] {
  return [
    ...('sqlite' in store ? [{ field: ['store', 'sqlite'], path: store.sqlite, replaced: false }] : []),
    ...audit.flatMap(({ to }, index) =>
      to === 'stdout' ? [] : [{ field: ['audit', index, 'file'], path: to.file, replaced: false }],
    ),
    ...(checkpointPath === undefined
      ? []
      : [{ field: ['checkpoint'], path: checkpointPath, replaced: true }]),
  ];
}

/** @returns undefined where it can be written */
function troubleOf({ path, replaced }: Omit<WrittenFile, 'field'>, files: BrokerFiles): string | undefined {
  const folder = dirname(path);
  const names = namesIn(folder, files);
  if (names === undefined) return `${path} cannot be written: its folder is not there, or may not be read`;
  const isThere = names.includes(basename(path));
  if (isThere && !replaced && !files.mayAppend(path)) return `${path} cannot be written`;
  if (!isThere && !files.mayWrite(folder)) return `${path} cannot be made: no file can be made in its folder`;
  if (files.room(folder) < leastBytes) return `${path} cannot be written: its disk is full`;
  return undefined;
}

function namesIn(folder: string, files: BrokerFiles): readonly string[] | undefined {
  try {
    return files.list(folder);
  } catch {
    return undefined;
  }
}
