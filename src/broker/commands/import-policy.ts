import { invalid } from '../../domain/yaml-document.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import { importOctoSts } from '../policy/import-octo-sts.ts';
import { attempt, maxFileBytes } from './named-file.ts';

/**
 * The policy of octo-sts in this file as one of ours, with gaps where a person has to decide.
 * @param path absolute
 * @throws CredsError `input-invalid`
 */
export function importPolicy(path: string, files: BrokerFiles): string {
  const text = attempt(
    () => files.read(path, maxFileBytes),
    (why) => invalid([`${path}: cannot be read (${why})`]),
  );
  if (text === undefined) throw invalid([`${path}: no such file`]);
  return importOctoSts(path, text);
}
