import { closeSync, openSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isObject } from '../protocol/json.ts';

/**
 * Where the kernel itself keeps the locks of files (statfs(2), `f_type`). A file server may keep one for a machine that is
 * gone, and a broker must not be kept from starting by that.
 */
const localKinds: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** How long to wait for a process that is just ending. */
const waitMs = 500;
// SQLITE_BUSY: https://sqlite.org/rescode.html#busy
const busy = 5;

/**
 * Makes a file this process's own, among those that ask: by a lock (fcntl(2)) on an empty file beside it, which ends with
 * the process, however that ends, and which a renaming of the file does not touch. Node has no call for one; SQLite takes
 * just that for a database that it opens alone (https://sqlite.org/lockingv3.html), and nothing is ever written there.
 * @param path of a file that is there
 * @returns gives it up; undefined where nobody can know whether another process has it: no regular file, no folder that may be
 * written to, or on a file server
 * @throws Error with the code `EBUSY` where another process has it
 */
export function claimFile(path: string, kinds = localKinds): (() => void) | undefined {
  let database: DatabaseSync | undefined;
  try {
    const real = realpathSync(path);
    const folder = dirname(real);
    if (process.platform !== 'linux' || !statSync(real).isFile() || !kinds.has(statfsSync(folder).type))
      return undefined;
    const beside = join(folder, `.${basename(real)}.lock`);
    makeEmpty(beside);
    database = new DatabaseSync(beside, { timeout: waitMs });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return kept(database);
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw Object.assign(new Error('another process has it'), { code: 'EBUSY' });
    return undefined;
  }
}

/** A lock that nobody refers to is given up when memory is tidied. */
const held = new Set<DatabaseSync>();

function kept(database: DatabaseSync): () => void {
  held.add(database);
  return () => {
    held.delete(database);
    database.close();
  };
}

/** Only where it is not there: to close one that is there would end a lock on it that this process has (POSIX). */
function makeEmpty(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!isObject(error) || error['code'] !== 'EEXIST') throw error;
  }
}

function isBusy(error: unknown): boolean {
  return isObject(error) && (Number(error['errcode']) & 0xff) === busy;
}
