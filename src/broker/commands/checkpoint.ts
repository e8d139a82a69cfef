import { CredsError } from '../../domain/errors.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { newId } from '../domain/identifiers.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import { attempt } from './named-file.ts';

const longestText = 128;
/** Since when, by what name the store knows who wrote it, and whether all lending was stopped. */
const form = /(\d{1,15}) (brk_[0-9a-f]{24})( frozen)?/;

const never = new Date(0);

/** A file outside the store, which says how far the store had come: by it a store is known that was restored. */
export interface Checkpoint {
  /** How far the store had come when it was last written; the epoch before the first time. */
  readonly reached: Date;
  /** By what name the store knows the marks of whoever writes here: the same after each start. */
  readonly broker: string;
  /** Whether the operators had stopped all lending by then. */
  readonly frozen: boolean;
  /** @throws what the system says when the file cannot be replaced */
  write(reached: Date, frozen: boolean): void;
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
  const [, reached = '0', broker = newId('brk'), frozen] = form.exec(text ?? '') ?? [];
  const write = (at: Date, stopped: boolean): void => {
    files.replace(path, `${String(at.getTime())} ${broker}${stopped ? ' frozen' : ''}\n`);
  };
  if (text === undefined)
    attempt(
      () => {
        write(never, false);
      },
      (why) => unwritable(path, why),
    );
  return { reached: new Date(Number(reached)), broker, frozen: frozen !== undefined, write };
}

/** Where there is none yet, nothing would ever be noticed: a name that is mistyped is told at the start. */
function unwritable(path: string, why: string): CredsError {
  return new CredsError('input-invalid', `The checkpoint ${path} cannot be written (${why}).`, {
    hint: 'Check that its folder is there, and that the broker may write in it.',
  });
}
