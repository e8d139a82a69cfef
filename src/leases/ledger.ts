import { createHash, randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { isDraftOf } from '../domain/draft.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Debt, Intent, Owner } from '../domain/intent.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Job } from '../domain/job.ts';
import { Secret } from '../domain/secret.ts';
import { agentSocket } from './agent-socket.ts';
import { readIntent } from './intent-text.ts';

const longestEntry = 256 * 1024;

/** A new entry's id: 16 random hex digits. */
export function newIntentId(): string {
  return randomBytes(8).toString('hex');
}

/** Where an entry of the job lies for the `revoke` action and for operators. */
export function entryPath(job: Job, id: string): string {
  return join(job.folder, `${id}.json`);
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
      { cause },
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
 * Writes down what is owed now. No credential goes into the platform's state: what is kept lies in our file alone.
 * @throws CredsError `delivery-failed`
 */
export function recordLeases(intent: Intent, { job, host }: Whereabouts): void {
  try {
    host.files.replace(entryPath(job, intent.id), JSON.stringify(intent));
  } catch (cause) {
    throw new CredsError('delivery-failed', 'The ledger cannot be written any more.', { cause });
  }
  const { kept } = intent;
  job.remember(JSON.stringify(kept === undefined ? intent : { ...intent, kept: {}, keptMark: markOf(kept) }));
}

/** A server that is asked to take back what it never gave says that there is no such thing, as if all were well. */
function markOf(kept: Debt): string {
  return createHash('sha256').update(JSON.stringify(kept)).digest('base64url');
}

/**
 * An entry of the platform's state with what its file keeps besides, or the draft of that file, if that is what we wrote.
 * Nothing else in them counts.
 * @returns undefined when it was given back in the middle of the job
 */
export function withKept(intent: Intent, where: Whereabouts): Intent | undefined {
  if (intent.kept === undefined) return intent;
  const text = where.host.files.read(entryPath(where.job, intent.id), longestEntry);
  const filed = text === undefined ? undefined : readIntent(text);
  if (filed?.givenBack === true) return undefined;
  const { keptMark, ...owed } = intent;
  const isOurs = (kept: Debt): boolean =>
    keptMark === undefined ? Object.keys(kept).length > 0 : keptMark === markOf(kept);
  const kept = filed?.kept ?? {};
  if (isOurs(kept)) return { ...owed, kept };
  const drafts = draftsOf(intent.id, where).map((path) => readDraft(path, intent.id, where)?.kept ?? {});
  return { ...owed, kept: drafts.find(isOurs) ?? {} };
}

/** What somebody was killed over who was about to put it in the place of the entry’s file. */
function draftsOf(id: string, { job, host }: Whereabouts, names = host.files.list(job.folder)): string[] {
  return names.filter((name) => isDraftOf(`${id}.json`, name)).map((name) => join(job.folder, name));
}

/** One of what was to be given back already is passed over: it is asked for once more, which does no harm. */
function readDraft(path: string, id: string, { host }: Whereabouts): Intent | undefined {
  const intent = readOwn(path, host);
  return intent?.id === id && intent.givenBack !== true ? intent : undefined;
}

/** Settles an entry before the job ends. Where post comes and could not do it again by itself, the file says that it is done. */
export function settleIntent(intent: Intent, where: Whereabouts): void {
  const isForPost = where.job.hasPost === true && intent.owner === undefined;
  if (intent.kept === undefined || !isForPost) {
    closeIntent(intent.id, where);
    return;
  }
  const settled: Intent = { ...intent, kept: {}, givenBack: true };
  where.host.files.replace(entryPath(where.job, intent.id), JSON.stringify(settled));
  eraseDrafts(intent.id, where);
}

/** Forgets an entry that owes nothing more. What post reads, the platform's state, stays as it is. */
export function closeIntent(id: string, where: Whereabouts): void {
  // First: what is killed in between can be done again as long as the entry is there.
  eraseDrafts(id, where);
  where.host.files.erase(entryPath(where.job, id));
}

function eraseDrafts(id: string, where: Whereabouts): void {
  for (const path of draftsOf(id, where)) where.host.files.erase(path);
}

/**
 * The entries that lie in files of ours alone: elsewhere another user could name what is to be erased, and to whom we
 * speak. Another step could have written them: they may cause a giving back, no more.
 */
export function listIntents({ job, host }: Whereabouts): Intent[] {
  const names = host.files.list(job.folder);
  const entries = names.filter((name) => fullMatch(/[0-9a-f]{16}\.json/, name));
  return entries.flatMap((name) => {
    const filed = readOwn(join(job.folder, name), host);
    if (filed === undefined || `${filed.id}.json` !== name || filed.givenBack === true) return [];
    const intent = latestOf(filed, names, { job, host });
    const files = intent.files.filter((path) => isOwnFolder(dirname(path), intent.id, { job, host }));
    const { agent, ...others } = intent;
    const ours = agent?.socket === agentSocket(job.folder, intent.id);
    return [{ ...others, ...(ours && { agent }), files, commandFiles: [] }];
  });
}

/** A draft was written later than the file whose place it was to take. */
function latestOf(filed: Intent, names: readonly string[], where: Whereabouts): Intent {
  const drafts = draftsOf(filed.id, where, [...names]);
  return drafts.map((path) => readDraft(path, filed.id, where)).find((each) => each !== undefined) ?? filed;
}

/** The folder of the run, below the job's or below `files-dir`: nobody else has one of that name. */
function isOwnFolder(folder: string, id: string, { job, host }: Whereabouts): boolean {
  if (folder === join(job.folder, id)) return true;
  // Not by a link that another could have laid there.
  return basename(folder) === id && basename(host.files.realPath(folder)) === id;
}

function readOwn(path: string, { files }: Host): Intent | undefined {
  try {
    const text = files.readPrivate(path, longestEntry);
    return text === undefined ? undefined : readIntent(text);
  } catch {
    return undefined;
  }
}

export interface Whereabouts {
  readonly job: Job;
  readonly host: Host;
  /** The process that lives with what is borrowed, where it gives back itself: `exec`. */
  readonly owner?: Owner | undefined;
}
