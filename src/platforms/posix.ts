// Every other place where a process runs: another CI system, a cron job, a terminal.
import { join } from 'node:path';
import type { Platform } from './platform.ts';
import { shellJob } from './shell-job.ts';
import { assertOutsideCheckout } from './work-tree.ts';

export const posix: Platform = {
  name: 'posix',
  detect: () => true,
  attach: (host, folder) => {
    if (folder !== undefined) assertOutsideCheckout(folder, 'option `--state`', host);
    const { env, userId } = host;
    const name = userId === undefined ? 'ephemeral-creds' : `ephemeral-creds-${String(userId)}`;
    const place = (env['TMPDIR'] ?? '') || (env['TEMP'] ?? '') || '/tmp';
    return shellJob(host, {
      platform: posix.name,
      facts: {},
      folder: folder ?? join(place, name),
      folderOf: folder === undefined ? 'user' : 'job',
    });
  },
};
