import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  createReadStream,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
  type PathLike,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { availableParallelism, uptime } from 'node:os';
import { isatty } from 'node:tty';
import type { AppendLog, BrokerFiles, BrokerHost } from '../broker/domain/outside.ts';
import { openAppendLog } from './append-log.ts';
import { brokerTransport } from './broker-transport.ts';
import { claimFile } from './claim-file.ts';
import { runProgram } from './run-program.ts';

/** The real outside world for the broker. @param signal aborted when the process is asked to stop */
export function brokerHost(signal: AbortSignal): BrokerHost {
  // A reader that went away is an error of the write that it misses, not the end of the process.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  return {
    env: process.env,
    signal,
    printError: (text) => void process.stderr.write(text),
    attended: isatty(2),
    write: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    clock: {
      now: () => new Date(),
      monotonicMs: () => performance.now(),
      uptimeMs: uptimeReader(),
      sleep,
    },
    cores: availableParallelism(),
    files,
    run: runProgram,
    send: brokerTransport(process.env),
  };
}

/** The system counts in hundredths of a second, and each reading opens a file: within one the last reading is good. */
function uptimeReader(): () => number {
  let readAt = -Infinity;
  let readMs = 0;
  return () => {
    const now = performance.now();
    if (now - readAt >= 10) {
      readMs = uptime() * 1000;
      readAt = now;
    }
    return readMs;
  };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

const files: BrokerFiles = {
  read: (path, maxBytes) => {
    const octets = unlessMissing(() => readFileSync(path));
    if (octets !== undefined && octets.length > maxBytes) throw new Error(`${path} is too long`);
    return octets?.toString('utf8');
  },
  create: (path, text) => {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
  },
  replace: (path, text) => {
    putInPlace(path, `${path}.new`, { octets: Buffer.from(text), mode: 0o600 });
  },
  publish: (path, octets) => {
    putInPlace(path, `${path}.${randomBytes(8).toString('hex')}`, { octets, mode: 0o644 });
  },
  remove: (path) => {
    rmSync(path, { force: true });
  },
  mayWrite: (folder) => mayAccess(folder, constants.W_OK | constants.X_OK),
  mayAppend: (path) => mayAccess(path, constants.W_OK) && statSync(path).isFile(),
  room: (folder) => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return Infinity;
    }
  },
  list: (folder: PathLike) => unlessMissing(() => readdirSync(folder)),
  stamp,
  openLog: openOwnLog,
  chunks: (path) => createReadStream(path),
};

/** One process writes to it, where that can be known: lines of two would tear apart what is chained. */
async function openOwnLog(path: string): Promise<AppendLog> {
  const log = await openAppendLog(path);
  try {
    const giveUp = claimFile(path);
    const close = async (): Promise<void> => {
      await log.close();
      giveUp?.();
    };
    return { ...log, close };
  } catch (error) {
    await log.close();
    throw error;
  }
}

interface Content {
  readonly octets: Uint8Array;
  readonly mode: number;
}

function putInPlace(path: string, beside: string, { octets, mode }: Content): void {
  writeFileSync(beside, octets, { mode, flush: true });
  if (mode !== 0o600) chmodSync(beside, mode);
  renameSync(beside, path);
  // The name is in the folder, which has to be on the disk, too.
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function stamp(path: string): string {
  try {
    if (statSync(path).isFile()) return JSON.stringify(stampOf(path));
    const names = readdirSync(path).toSorted();
    return JSON.stringify(names.map((name) => [name, ...stampOf(join(path, name))]));
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable';
  }
}

/** A file that was replaced has another number; one that was written has another time, or length. */
function stampOf(path: string): string[] {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined
    ? []
    : [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].map(String);
}

function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function unlessMissing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
