import { resolve } from 'node:path';
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
  const text = place.files.read(resolve(place.folder, name), maxFileBytes);
  if (text === undefined) throw invalid([place.document.problem(field, `there is no file ${name}`)]);
  return text;
}
