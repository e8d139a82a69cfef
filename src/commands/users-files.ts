import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Place } from '../exporters/exporter.ts';

const most = 1024 * 1024;

/** What exporters may read of the user's own files; nothing here is ever written. */
export function usersFiles(
  host: Pick<Host, 'env' | 'files' | 'home'>,
): Pick<Place, 'home' | 'variable' | 'read' | 'isFile'> {
  // As most tools have it: without the variable, what the system knows of the user.
  const given = (host.env['HOME'] ?? '') || (host.env['USERPROFILE'] ?? '') || (host.home?.() ?? '');
  const home = isAbsolute(given) ? given : undefined;
  return {
    home,
    variable: (name) => {
      const value = host.env[name] ?? '';
      return value === '' ? undefined : value;
    },
    read: (path) => readOwn(path, home, host),
    isFile: (path) => host.files.size(host.files.realPath(path)) !== undefined,
  };
}

/** Fails where it could only guess: a setting of the user's that is passed over may lead a tool to another server. */
function readOwn(path: string, home: string | undefined, { files }: Pick<Host, 'files'>): string | undefined {
  if (!isAbsolute(path)) throw unusable(path, 'is not named by an absolute path');
  const real = files.realPath(path);
  const itself = join(files.realPath(dirname(path)), basename(path));
  // Below the home folder a link may stand for any folder of the way, too.
  const isLink = real !== itself || (home !== undefined && isWithin(home, path));
  if (isLink && (home === undefined || !isWithin(files.realPath(home), real)))
    throw unusable(path, 'is a link that leads out of the home folder');
  const text = files.read(real, most);
  if (text === undefined) {
    if (!files.list(dirname(path)).includes(basename(path))) return undefined;
    throw unusable(path, 'is no readable file of at most 1 MiB');
  }
  if (text.includes('\uFFFD')) throw unusable(path, 'is not UTF-8 text');
  return text;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way.split(/[/\\]/)[0] !== '..' && !isAbsolute(way);
}

function unusable(path: string, problem: string): CredsError {
  return new CredsError(
    'delivery-failed',
    `The file ${path} ${problem}, so nothing was added to a copy of it.`,
    {
      hint: 'Put a plain file in its place, or say `merge=no` behind the exporter to leave it out.',
    },
  );
}
