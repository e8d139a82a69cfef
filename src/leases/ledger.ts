import { basename, dirname, join } from 'node:path';
import { isDraftOf } from '../domain/draft.ts';
import type { Host } from '../domain/host.ts';
import type { Debt, Intent, Owner } from '../domain/intent.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Job } from '../domain/job.ts';
import { agentSocket } from './agent-socket.ts';
import { readIntent } from './intent-text.ts';

/** Bytes of an entry’s file. */
export const longestEntry = 256 * 1024;
/** Octets of a path that a system takes (PATH_MAX in limits.h). */
const longestPath = 4096;
/** Names of their files. */
export const entryName = /[0-9a-f]{16}\.json/;

/** Where an entry of the job lies for the `revoke` action and for operators. */
export function entryPath(job: Job, id: string): string {
  return join(job.folder, `${id}.json`);
}

/**
 * An entry of the platform's state with what its file keeps besides, or the draft of that file, if that is what we wrote.
 * Nothing else in them counts.
 * @returns undefined when it was given back in the middle of the job
 */
export async function withKept(intent: Intent, where: Whereabouts): Promise<Intent | undefined> {
  if (intent.kept === undefined) return intent;
  const text = where.host.files.read(entryPath(where.job, intent.id), longestEntry);
  const filed = text === undefined ? undefined : readIntent(text);
  if (filed?.givenBack === true) return undefined;
  const { keptMark, ...owed } = intent;
  // It hashes: who keeps nothing need not load node:crypto.
  const { markOf } = await import('./kept-mark.ts');
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
  // A folder under such a name is another's, and must not keep what is owed besides from being given back.
  const { files } = where.host;
  for (const path of draftsOf(id, where)) if (files.size(path) !== undefined) files.erase(path);
}

/**
 * The entries that lie in files of ours alone: elsewhere another user could name what is to be erased, and to whom we
 * speak. Another step could have written them: they may cause a giving back, no more.
 */
export function listIntents({ job, host }: Whereabouts): Intent[] {
  const names = host.files.list(job.folder);
  const entries = names.filter((name) => fullMatch(entryName, name));
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
  return (
    folder.length <= longestPath && basename(folder) === id && basename(host.files.realPath(folder)) === id
  );
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
