import { randomBytes } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { Intent } from '../domain/intent.ts';
import type { Secret } from '../domain/secret.ts';
import { markOf } from './kept-mark.ts';
import { closeIntent, entryPath, type Whereabouts } from './ledger.ts';

/** A new entry's id: 16 random hex digits. */
export function newIntentId(): string {
  return randomBytes(8).toString('hex');
}

/**
 * Writes down what the job is about to owe, before it is asked for: hidden first, then in a file of ours and in the
 * platform's own state, which alone decides what post gives back.
 * @throws CredsError `delivery-failed`; nothing has been asked for then
 */
export function openIntent(intent: Intent, secrets: readonly Secret[], { job, host }: Whereabouts): void {
  // As it is; what the platform derives from it by itself is enough for something that can only revoke.
  job.mask(secrets.map((secret) => secret.reveal()));
  const text = JSON.stringify(intent);
  try {
    host.files.makePrivateFolder(job.folder);
    host.files.create(entryPath(job, intent.id), text);
  } catch (cause) {
    throw new CredsError(
      'delivery-failed',
      'The ledger under the runner’s temporary folder cannot be written.',
      {
        cause,
        hint: 'Nothing was asked for. Check the runner’s disk and the permissions of its temporary folder.',
      },
    );
  }
  try {
    job.remember(text);
  } catch (error) {
    closeIntent(intent.id, { job, host });
    throw error;
  }
}

/**
 * Octets of a state that every runner can hand to post: one variable holds 32,767 characters on Windows, 128 KiB on Linux
 * (MAX_ARG_STRLEN in execve(2)). Where it is longer post cannot even be started.
 */
const longestState = 32_000;
const dispensable: readonly string[] = ['pointers', 'before', 'sizes'] satisfies (keyof Intent)[];

/**
 * What is owed, without what only leads tools back where that is too long: other steps decide how much there is of it, by
 * variables and by entries of their own.
 * @throws CredsError `delivery-failed`
 */
function fitting(intent: Intent): Intent {
  if (octetsOf(intent) <= longestState) return intent;
  const needed = Object.fromEntries(
    Object.entries(intent).filter(([name]) => !dispensable.includes(name)),
  ) as unknown as Intent;
  if (octetsOf(needed) <= longestState) return needed;
  throw new CredsError(
    'delivery-failed',
    'What is owed is too much for the state that a runner keeps for post.',
  );
}

function octetsOf(intent: Intent): number {
  return Buffer.byteLength(JSON.stringify({ ...intent, kept: undefined }));
}

/**
 * Writes down what is owed now. No credential goes into the platform's state: what is kept lies in our file alone.
 * @throws CredsError `delivery-failed`
 */
export function recordLeases(owed: Intent, { job, host }: Whereabouts): void {
  const intent = fitting(owed);
  try {
    host.files.replace(entryPath(job, intent.id), JSON.stringify(intent));
  } catch (cause) {
    throw new CredsError('delivery-failed', 'The ledger cannot be written any more.', { cause });
  }
  const { kept } = intent;
  job.remember(JSON.stringify(kept === undefined ? intent : { ...intent, kept: {}, keptMark: markOf(kept) }));
}
