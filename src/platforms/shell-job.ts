import { join } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
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
      addToShellFile(join(own.folder, shellFile), shellText(variables), host);
    },
    setOutputs: () => undefined,
    summarise: () => undefined,
    tell: speech(host),
    commandFiles: () => [],
    eraseCommandFiles: () => undefined,
    whyUntrusted: () => Promise.resolve(undefined),
  };
}

/** Two logins of one job may write at a time: what one has written, the other leaves. */
export function addToShellFile(path: string, text: string, { files }: Host): void {
  if (text === '') return;
  try {
    if (files.readPrivate(path, mostText) === undefined) files.create(path, '');
    files.append(path, text, true);
  } catch (cause) {
    throw new CredsError('delivery-failed', `The file ${path} cannot be written to.`, { cause });
  }
}

const mostText = 1024 * 1024;
