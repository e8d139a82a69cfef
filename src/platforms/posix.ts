// Every other place where a process runs: another CI system, a cron job, a terminal.
import { join } from 'node:path';
import type { Platform } from './platform.ts';
import { shellJob } from './shell-job.ts';
import { assertOutsideCheckout } from './work-tree.ts';

export const posix: Platform = {
  name: 'posix',
  detect: () => true,
  attach: (host, folder) => {
    const { env, userId } = host;
    const name = userId === undefined ? 'ephemeral-creds' : `ephemeral-creds-${String(userId)}`;
    const place = folder ?? join((env['TMPDIR'] ?? '') || (env['TEMP'] ?? '') || '/tmp', name);
    assertOutsideCheckout(
      place,
      folder === undefined ? 'folder for temporary files (TMPDIR)' : 'option `--state`',
      host,
    );
    return shellJob(host, {
      platform: posix.name,
      facts: {},
      folder: place,
      folderOf: folder === undefined ? 'user' : 'job',
    });
  },
};
