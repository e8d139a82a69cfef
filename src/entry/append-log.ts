import { constants, fstatSync } from 'node:fs';
import { open, readdir, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AppendLog } from '../broker/domain/outside.ts';

const endingBytes = 4 * 1024 * 1024;
const looksEveryMs = 1000;
const lineBreak = 0x0a;
const { O_APPEND, O_CREAT, O_DSYNC, O_RDWR } = constants;
/**
 * Where a write may be told to be on the disk before it ends (open(2): as if followed by `fdatasync`) that is one call on
 * a thread in place of two. On macOS it would not reach the disk itself, and Windows has no such thing.
 */
const syncs = process.platform === 'linux';
const flags = O_RDWR | O_APPEND | O_CREAT | (syncs ? O_DSYNC : 0);

/**
 * A file that only grows. Where it was renamed, as a log is that is rotated, what comes a second later at most goes into
 * a new one of its name; what was written to a file that had been deleted is written there again before it counts.
 * @param path its folder must exist
 * @param now milliseconds of a clock that only goes forward
 * @throws as node:fs does
 */
export async function openAppendLog(
  path: string,
  now: () => number = () => performance.now(),
): Promise<AppendLog> {
  let file = await openFile(path);
  let lookedAt = now();

  const startAnew = async (): Promise<void> => {
    const next = await openFile(path);
    const { handle } = file;
    file = next;
    lookedAt = now();
    await handle.close();
  };

  /** Whether the name has come to mean another file, or none. */
  const wasRenamed = async (): Promise<boolean> => {
    if (now() - lookedAt < looksEveryMs) return false;
    const named = await stat(path, { bigint: true }).catch(() => undefined);
    const own = fstatSync(file.handle.fd, { bigint: true });
    const isSame = named?.ino === own.ino && named.dev === own.dev;
    // Where no other can be opened, the next write is to look, too: what it wrote to the renamed one may be packed by now.
    if (isSame) lookedAt = now();
    return !isSame;
  };

  return {
    ending: async () => {
      const own = await readEnd(file.handle, endingBytes);
      return Buffer.concat([await endingBefore(path, endingBytes - own.length), own]);
    },
    append: async (text) => {
      if (await wasRenamed()) await startAnew();
      await write(file, text);
      if (!isDeleted(file)) return;
      await startAnew();
      await write(file, text);
      if (isDeleted(file)) throw new Error('the file is deleted again and again');
    },
    close: () => file.handle.close(),
  };
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Whether its last line is ended; false after a write that failed. */
  whole: boolean;
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, flags, 0o600);
  return { handle, whole: await endsWithLine(handle) };
}

async function write(file: OpenFile, text: string): Promise<void> {
  const begin = file.whole || (await endsWithLine(file.handle)) ? '' : '\n';
  file.whole = false;
  await file.handle.appendFile(begin + text);
  if (!syncs) await file.handle.datasync();
  file.whole = true;
}

/** What stands in a file without a name is gone with the process. */
function isDeleted({ handle }: OpenFile): boolean {
  return fstatSync(handle.fd).nlink === 0;
}

/** How rotation names the parts of a log, by number or by date. */
const partName = /^[.-]\d[\d-]*$/;

/**
 * How the latest part of the log ends that was renamed: who was killed before he wrote into the new file left all there.
 * @returns its last line ended; nothing where there is no such part, or none that may be read
 */
async function endingBefore(path: string, mostBytes: number): Promise<Buffer> {
  const latest = await latestPart(path).catch(() => undefined);
  if (latest === undefined) return Buffer.of();
  const handle = await open(latest, constants.O_RDONLY).catch(() => undefined);
  if (handle === undefined) return Buffer.of();
  try {
    const end = await readEnd(handle, mostBytes);
    const isEnded = end.length === 0 || end.at(-1) === lineBreak;
    return isEnded ? end : Buffer.concat([end, Buffer.of(lineBreak)]);
  } finally {
    await handle.close();
  }
}

async function latestPart(path: string): Promise<string | undefined> {
  const real = await realpath(path);
  const [folder, name] = [dirname(real), basename(real)];
  const names = (await readdir(folder)).filter((other) => other.startsWith(name));
  const parts = names.filter((other) => partName.test(other.slice(name.length)));
  const written = await Promise.all(
    parts.map(async (part) => ({ part: join(folder, part), at: await writtenAt(join(folder, part)) })),
  );
  const [latest] = written.filter(({ at }) => at >= 0).toSorted((one, other) => other.at - one.at);
  return latest?.part;
}

/** @returns milliseconds; less than 0 for what is no file, or is empty */
async function writtenAt(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size > 0 ? found.mtimeMs : -1;
}

async function endsWithLine(file: FileHandle): Promise<boolean> {
  const last = await readEnd(file, 1);
  return last.length === 0 || last.toString() === '\n';
}

async function readEnd(file: FileHandle, mostBytes: number): Promise<Buffer> {
  const { size } = await file.stat();
  const wanted = Math.min(size, mostBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, size - wanted);
  return buffer.subarray(0, bytesRead);
}
