/** Where programs of this machine are. */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
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

/** Chromium under one of its names; undefined where it is not installed. */
export function findBrowser(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome', 'chromium-headless-shell']
    .map((name) => findProgram(name))
    .find((path) => path !== undefined);
}

const motoVersion = '5.2.5';

/** What moto's server needs for STS, IAM and ECR, and no more. */
export const motoPackages = [`moto==${motoVersion}`, 'flask==3.1.2', 'flask-cors==6.0.1'];

/** Where `npm run peers` puts it. */
export function motoFolder(): string {
  return join(homedir(), '.cache', 'ephemeral-creds', `moto-${motoVersion}`);
}

/** Path of the server that plays AWS; undefined where it is not installed. */
export function findMoto(): string | undefined {
  const server = join(motoFolder(), 'bin', 'moto_server');
  return existsSync(server) ? server : undefined;
}

const twineVersion = '7.0.0';

export const twinePackages = [`twine==${twineVersion}`];

/** Where `npm run peers` puts it. */
export function twineFolder(): string {
  return join(homedir(), '.cache', 'ephemeral-creds', `twine-${twineVersion}`);
}

/** Path of the program that uploads Python packages; undefined where it is not installed. */
export function findTwine(): string | undefined {
  const program = join(twineFolder(), 'bin', 'twine');
  return existsSync(program) ? program : undefined;
}
