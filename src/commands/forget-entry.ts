import { CredsError } from '../domain/errors.ts';
import { isChangedEntry } from '../leases/changed-entries.ts';
import { closeIntent, entryPath, type Whereabouts } from '../leases/ledger.ts';
import { tellWarning } from './problem-report.ts';

/**
 * Forgets an entry that owes nothing more. Never throws: another step may have put something there that cannot be removed,
 * and what is owed besides has to be given back.
 */
export function forgetEntry(id: string, where: Whereabouts): void {
  forgetBy(() => {
    closeIntent(id, where);
  }, where);
}

/** The same by another deed. */
export function forgetBy(deed: () => void, { job }: Whereabouts): void {
  try {
    deed();
  } catch {
    job.tell('warning', 'An entry of the ledger that owes nothing could not be removed.');
  }
}

/** Post goes by the platform's state, whatever has become of the entry; that it was changed has to be known. Never throws. */
export function tellMeddling(id: string, where: Whereabouts): void {
  if (!isChangedEntry(id, where)) return;
  const message = `Another step has changed ${entryPath(where.job, id)}, where the job keeps what it owes: what that is is taken from the runner’s own state.`;
  tellWarning(new CredsError('ledger-changed', message), where);
}

/** Who goes by the entries alone cannot know what such a one owes. */
export function changedError(paths: readonly string[], { job }: Whereabouts): CredsError {
  const what = paths.join(', ');
  const rest =
    job.hasPost === true
      ? 'The post step gives it back by the runner’s own state.'
      : 'It ends by itself, unless the broker is told.';
  return new CredsError(
    'ledger-changed',
    `What is owed by ${what} cannot be read, and was not given back. ${rest}`,
  );
}
