import { join, resolve } from 'node:path';
import { invalid, type YamlDocument } from '../../domain/yaml-document.ts';
import type { BrokerFiles } from '../domain/outside.ts';

/** The longest configuration file. */
export const maxFileBytes = 4 * 1024 * 1024;

/** Where the settings stand, for messages and for the files that they name. */
export interface Place {
  readonly document: YamlDocument;
  readonly folder: string;
  readonly files: BrokerFiles;
}

/**
 * The text of a file that a field names.
 * @throws CredsError `input-invalid` at the field
 */
export function readNamed(place: Place, field: readonly PropertyKey[], name: string): string {
  const { document, folder, files } = place;
  const path = resolve(folder, name);
  const text = attempt(
    () => files.read(path, maxFileBytes),
    (why) => invalid([document.problem(field, `${name} cannot be read (${why})`)]),
  );
  if (text === undefined) throw invalid([document.problem(field, `there is no file ${name}`)]);
  return text;
}

interface NamedFolder {
  readonly field: string;
  readonly name: string;
  /** Which of its files, in order. */
  readonly pick: (names: readonly string[]) => readonly string[];
}

/**
 * The texts of files in a folder that a field names.
 * @throws CredsError `input-invalid` at the field
 */
export function readFolder(
  place: Place,
  { field, name: folderName, pick }: NamedFolder,
): { readonly file: string; readonly text: string }[] {
  const { document, folder, files } = place;
  const path = resolve(folder, folderName);
  const names = attempt(
    () => files.list(path),
    (why) => invalid([document.problem([field], `${folderName} cannot be read (${why})`)]),
  );
  if (names === undefined) throw invalid([document.problem([field], `there is no folder ${folderName}`)]);
  return pick(names).map((name) => ({
    file: resolve(path, name),
    text: readNamed(place, [field], join(folderName, name)),
  }));
}

/** Does what the operator's files may not allow. @param refuse makes the error of the system's word, EACCES or so */
export function attempt<T>(work: () => T, refuse: (why: string) => Error): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw refuse(typeof code === 'string' ? code : 'too long');
  }
}
