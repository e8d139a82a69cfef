import { join } from 'node:path';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import { addToShellFile } from './shell-file.ts';
import { shellText } from './shell-text.ts';
import { speech } from './speech.ts';

/** The file in a job’s folder from which a shell reads its variables. */
export const shellFile = 'env.sh';

/**
 * What is alike wherever a job is a shell: variables through a file that the shell reads, people through standard
 * error, and nothing by way of the platform.
 */
export function shellJob(host: Host, own: Pick<Job, 'platform' | 'facts' | 'folder' | 'folderOf'>): Job {
  return {
    ...own,
    mask: () => undefined,
    remember: () => undefined,
    recall: () => undefined,
    exportVariables: (variables) => {
      addToShellFile(join(own.folder, shellFile), host).add(shellText(variables));
    },
    setOutputs: () => undefined,
    summarise: () => undefined,
    tell: speech(host),
    commandFiles: () => [],
    eraseCommandFiles: () => undefined,
    whyUntrusted: () => Promise.resolve(undefined),
  };
}
