/** Where programs of this machine are. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program, or undefined where it is not installed. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** Folder of `initdb` and `postgres`; undefined where there is none. Debian keeps them out of PATH. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a)).map((name) => join(debian, name, 'bin'));
  const inPath = (process.env['PATH'] ?? '').split(delimiter);
  return [...newest, ...inPath].find((folder) => existsSync(join(folder, 'initdb')));
}

/** Path of the SSH server; undefined where there is none. Where nobody but root runs it, it is not in PATH. */
export function findSshd(): string | undefined {
  return findProgram('sshd', ['/usr/sbin', '/usr/local/sbin', process.env['PATH'] ?? ''].join(delimiter));
}
