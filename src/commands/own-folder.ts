import { CredsError } from '../domain/errors.ts';
import type { Whereabouts } from '../leases/ledger.ts';

/**
 * What one job has borrowed must not be given back by another: what works for a whole job has a folder of that job.
 * @throws CredsError `input-invalid`
 */
export function needOwnFolder(command: 'login' | 'revoke', { job }: Whereabouts): void {
  if (job.folderOf === 'job') return;
  throw new CredsError('input-invalid', `Here \`${command}\` needs the option \`--state\`.`, {
    hint: 'Nothing tells one job on this machine from another: give all commands of a job the same folder, and no other job that one.',
  });
}
