import { CredsError } from '../../domain/errors.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { newId } from '../domain/identifiers.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import { attempt } from './named-file.ts';

const longestText = 128;
/** Since when, and by what name the store knows who wrote it. */
const form = /(\d{1,16}) (brk_[0-9a-f]{1,64})/;

/** A file outside the store, which says how far the store had come: by it a store is known that was restored. */
export interface Checkpoint {
  /** How far the store had come when it was last written; undefined before the first time. */
  readonly reached: Date | undefined;
  /** By what name the store knows the marks of whoever writes here: the same after each start. */
  readonly broker: string;
  /** @throws what the system says when the file cannot be replaced */
  write(reached: Date): void;
}

/** @param path undefined: there is none, and a restored store is taken for what it was. @throws CredsError `input-invalid` */
export function openCheckpoint(path: string | undefined, files: BrokerFiles): Checkpoint | undefined {
  if (path === undefined) return undefined;
  const text = attempt(
    () => files.read(path, longestText),
    (why) =>
      new CredsError('input-invalid', `The checkpoint ${path} cannot be read (${why}).`, {
        hint: 'Check that the broker may read and write there.',
      }),
  )?.trim();
  if (text !== undefined && !fullMatch(form, text))
    throw new CredsError('input-invalid', `The checkpoint ${path} is not one.`, {
      hint: 'Put back the one that was there. Remove it only if you know that the store is the latest: without it a store that was restored from a backup is not known.',
    });
  const [, reached, broker = newId('brk')] = form.exec(text ?? '') ?? [];
  return {
    reached: reached === undefined ? undefined : new Date(Number(reached)),
    broker,
    write: (at) => {
      files.replace(path, `${String(at.getTime())} ${broker}\n`);
    },
  };
}
