import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Job } from '../domain/job.ts';
import type { Loan } from '../domain/lease.ts';
import { writeSecrets } from '../leases/hidden-secrets.ts';
import { listIntents, type Whereabouts } from '../leases/ledger.ts';
import { shellFile } from '../platforms/shell-job.ts';
import { addToShellFile, type ShellFile } from '../platforms/shell-file.ts';
import { dotenvText, shellText } from '../platforms/shell-text.ts';
import { assertOutsideCheckout } from '../platforms/work-tree.ts';
import { acquire } from './acquire.ts';
import { needOwnFolder } from './own-folder.ts';
import { ledEarlier } from './variables-after.ts';

/** How the shells of the job get their variables. */
export interface Handover {
  /** Absolute path of the file; left out: `env.sh` in the job’s folder, which `revoke` erases. */
  readonly envFile?: string;
  /** In the form of a dotenv report, which hands every credential to other jobs and to whoever may read artifacts. */
  readonly dotenv: boolean;
  /** The user has said that this is understood. */
  readonly understood?: boolean;
  /** False where standard output is the caller’s: no mask is asked for there. */
  readonly masks?: boolean;
}

/** What was lent and where it lies; no secret is in it. */
export interface LoginReport {
  readonly leases: readonly {
    readonly id: string;
    readonly role: string;
    readonly expiresAt: string;
    readonly revocability: string;
  }[];
  readonly variables: readonly string[];
  readonly envFile: string;
  /** True where the runner was seen to take masks; elsewhere only `redact` hides anything. */
  readonly masked: boolean;
}

/**
 * Borrows for all the shells of a job: the variables go to a file that a shell reads, what has to be hidden to one
 * that `redact` reads. Nothing is printed to standard output but masks that a runner was seen to take. When it fails,
 * everything was given back and no file is left.
 * @throws CredsError
 */
export async function login(config: Config, where: Whereabouts, how: Handover): Promise<LoginReport> {
  const { job, host } = where;
  const { path, text } = placeOf(how, where);
  if (config.filesDir !== undefined)
    throw new CredsError('input-invalid', 'The input `files-dir` is not for `login`.', {
      hint: '`revoke` removes files in the job’s own folder only; elsewhere they would be left behind. Leave it out, or use `exec`.',
    });
  const masked = how.masks !== false && ((await job.proveMasks?.()) ?? false);
  const file = addToShellFile(path, host);
  const variables = new Set<string>();
  let secrets: string | undefined;
  const mine: Job = {
    ...job,
    hide: (found) => {
      secrets = writeSecrets(found, where);
    },
    exportVariables: (more) => {
      for (const name of Object.keys(more)) variables.add(name);
      file.add(text(more));
    },
  };
  try {
    const earlier = listIntents(where).filter(({ owner }) => owner === undefined);
    const env = { ...host.env, ...ledEarlier(earlier, host) };
    const loan = await acquire(config, { ...where, host: { ...host, env }, job: mine });
    return { ...reportOf(loan), variables: [...variables], envFile: path, masked };
  } catch (error) {
    leaveNothing(file, secrets, where);
    throw error;
  }
}

interface Place {
  readonly path: string;
  readonly text: (variables: Readonly<Record<string, string>>) => string;
}

/** @throws CredsError `input-invalid`; nothing has been asked for then */
function placeOf({ envFile, dotenv, understood = false }: Handover, where: Whereabouts): Place {
  const { job, host } = where;
  if (job.whyNoLogin !== undefined) throw new CredsError('input-invalid', job.whyNoLogin);
  needOwnFolder('login', where);
  if (dotenv && !understood)
    throw new CredsError('input-invalid', 'A dotenv report hands the credentials to other jobs.', {
      hint: 'Whoever may download artifacts can read it, and nothing in it is hidden. Let each job borrow for itself; if you must, say `--i-understand`.',
    });
  if (dotenv && envFile === undefined)
    throw new CredsError(
      'input-invalid',
      'The option `--dotenv` needs `--env-file`: the file of the report.',
    );
  if (envFile === undefined) return { path: join(job.folder, shellFile), text: shellText };
  if (!dotenv) assertPrivatePlace(envFile, host);
  return { path: envFile, text: dotenv ? dotenvText : shellText };
}

/** A file that a shell will run: nobody else may read it, write it, or put another in its place. */
function assertPrivatePlace(path: string, host: Host): void {
  assertOutsideCheckout(path, 'option `--env-file`', host);
  if (host.files.realPath(path) !== path)
    throw new CredsError('input-invalid', 'The option `--env-file` leads through a link.', {
      hint: `Give the path itself: ${host.files.realPath(path)}`,
    });
  try {
    host.files.makePrivateFolder(dirname(path));
  } catch (cause) {
    throw new CredsError('input-invalid', 'The folder of `--env-file` is not yours alone.', {
      hint: 'Name a file in a folder that nobody else may enter (mode 0700), or leave the option out.',
      cause,
    });
  }
}

function reportOf({ leases }: Loan): Pick<LoginReport, 'leases'> {
  return {
    leases: leases.map(({ id, role, expiresAt, revocability }) => ({
      id,
      role,
      expiresAt: expiresAt.toISOString(),
      revocability,
    })),
  };
}

/** What could not be erased is told: the credentials in it are given back in any case. */
function leaveNothing(file: ShellFile, secrets: string | undefined, { job, host }: Whereabouts): void {
  const deeds: readonly (() => void)[] = [
    () => {
      file.takeBack();
    },
    () => {
      if (secrets !== undefined) host.files.erase(secrets);
    },
  ];
  for (const deed of deeds) {
    try {
      deed();
    } catch {
      job.tell('warning', `A file in ${job.folder} could not be removed; what it names was given back.`);
    }
  }
}
