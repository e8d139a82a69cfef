import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { draftName } from '../domain/draft.ts';
import type { Files } from '../domain/host.ts';
import { randomHex } from './random.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** The real files. Nothing is written or erased through a link (`O_NOFOLLOW`; absent on Windows). */
export const realFiles: Files = {
  append: (path, text, synced) => {
    writeAll(fs.openSync(path, O_WRONLY | O_APPEND | noFollow | noWait), text, synced);
  },
  create: (path, text) => {
    writeAll(fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
  },
  replace: (path, text) => {
    const draft = join(dirname(path), draftName(basename(path), randomHex(8)));
    try {
      writeAll(fs.openSync(draft, O_WRONLY | O_CREAT | O_EXCL | noFollow, 0o600), text, false);
      fs.renameSync(draft, path);
    } catch (error) {
      fs.rmSync(draft, { force: true });
      throw error;
    }
  },
  makePrivateFolder: (path) => {
    makeFolder(path);
    const found = fs.lstatSync(path);
    const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
    if (
      !found.isDirectory() ||
      others !== 0 ||
      (process.getuid !== undefined && found.uid !== process.getuid())
    ) {
      throw new Error('the folder is not private');
    }
  },
  list: (folder) => {
    try {
      return fs.lstatSync(folder).isDirectory() ? fs.readdirSync(folder) : [];
    } catch {
      return [];
    }
  },
  read,
  readPrivate,
  size: (path) => {
    try {
      const found = fs.lstatSync(path);
      return found.isFile() ? found.size : undefined;
    } catch {
      return undefined;
    }
  },
  realPath,
  erase,
  removeIfEmpty: (folder) => {
    try {
      fs.rmdirSync(folder);
    } catch {
      // Not empty, or gone: both are as they should be.
    }
  },
};

// Absent on Windows, whatever the types say.
const noFollow = (O_NOFOLLOW as number | undefined) ?? 0;
/** A pipe in a file's place, put there by another step, must not make us wait for its other end. */
const noWait = (O_NONBLOCK as number | undefined) ?? 0;

/** With those above it. Node's own way (`recursive`) never ends where a folder takes none that is not there, as /proc/self. */
function makeFolder(path: string, triesAbove = true): void {
  try {
    fs.mkdirSync(path, 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || !triesAbove || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    makeFolder(path, false);
  }
}

function writeAll(descriptor: number, text: string, synced: boolean): void {
  let before: number | undefined;
  try {
    const found = fs.fstatSync(descriptor);
    if (!found.isFile()) throw new Error('not a regular file');
    before = found.size;
    const octets = Buffer.from(text);
    for (let done = 0; done < octets.length;) done += fs.writeSync(descriptor, octets, done);
    if (synced) fs.fsyncSync(descriptor);
  } catch (error) {
    // All or nothing: half an entry would spoil what others have written before it.
    if (before !== undefined) fs.ftruncateSync(descriptor, before);
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

function read(path: string, maxBytes: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, O_RDONLY | noWait);
  } catch {
    return undefined;
  }
  try {
    const found = fs.fstatSync(descriptor);
    return !found.isFile() || found.size > maxBytes ? undefined : fs.readFileSync(descriptor, 'utf8');
  } catch {
    // A link may lead to what only looks like a file: the system's own cannot all be read.
    return undefined;
  } finally {
    fs.closeSync(descriptor);
  }
}

function readPrivate(path: string, maxBytes: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = fs.openSync(path, O_RDONLY | noFollow | noWait);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const found = fs.fstatSync(descriptor);
    const ours = process.getuid === undefined || found.uid === process.getuid();
    const others = process.platform === 'win32' ? 0 : found.mode & 0o077;
    if (!found.isFile() || !ours || others !== 0 || found.size > maxBytes)
      throw new Error('the file is not private');
    return fs.readFileSync(descriptor, 'utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}

function realPath(path: string): string {
  const above = dirname(path);
  try {
    return fs.realpathSync(path);
  } catch {
    return above === path ? path : join(realPath(above), basename(path));
  }
}

const mostZeros = 1024 * 1024;

function erase(path: string): boolean {
  const found = fs.lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  try {
    // Only a file of ours alone is overwritten: through another name the same bytes may be someone else's.
    if (found.isFile() && found.nlink === 1) overwrite(path, found.size);
  } catch {
    // Another step has made it read-only, or runs it: its name goes in any case.
  }
  fs.unlinkSync(path);
  return true;
}

function overwrite(path: string, size: number): void {
  const descriptor = fs.openSync(path, O_WRONLY | noFollow | noWait);
  try {
    // Ours are small; one that someone has made huge must not cost us the memory to give back.
    fs.writeSync(descriptor, Buffer.alloc(Math.min(size, mostZeros)));
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
