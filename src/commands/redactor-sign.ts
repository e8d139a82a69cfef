import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startDeadline } from '../domain/deadline.ts';
import type { Host } from '../domain/host.ts';
import type { Owner } from '../domain/intent.ts';
import { fullMatch } from '../domain/pattern.ts';
import { hasSecrets } from '../leases/hidden-secrets.ts';
import { isOwner } from '../leases/intent-text.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { isObject, member, parseStrictJson } from '../protocol/json.ts';

const request = 'drain';
const namePattern = /redactor-[0-9a-f]{16}/;
const longest = 4096;
const pauseMs = 20;

/** How far a redactor is: `drained`, all that had come when it was asked is out; `over`, it has ended. */
type Progress = 'running' | 'drained' | 'over';

/** How a redactor and the end of the job hear of each other: by files in the job’s folder, and by no signal. */
export interface RedactorSign {
  /** True when somebody wants to know that all is out. */
  isAsked(): boolean;
  show(progress: 'drained' | 'over'): void;
}

/** The sign of this process. Nobody waits for a redactor that cannot write one. */
export function putUpSign({ job, host }: Whereabouts, owner: Owner | undefined): RedactorSign {
  const path = join(job.folder, `redactor-${randomBytes(8).toString('hex')}`);
  const textOf = (progress: Progress): string =>
    JSON.stringify({ version: 1, progress, ...(owner === undefined ? {} : { owner }) });
  quietly(() => {
    host.files.create(path, textOf('running'));
  });
  return {
    isAsked: () => host.files.size(join(job.folder, request)) !== undefined,
    show: (progress) => {
      quietly(() => {
        // The job may be over and its folder gone: nothing is put there again.
        if (host.files.size(path) !== undefined) host.files.replace(path, textOf(progress));
      });
    },
  };
}

/**
 * Asks the job’s redactors to let out what they hold, and waits for them.
 * @param seconds no longer than this: what a background process still writes is nobody’s to wait for
 */
export async function awaitRedactors(where: Whereabouts, seconds: number): Promise<void> {
  const { job, host } = where;
  if (signsOf(where).length === 0 && !hasSecrets(where)) return;
  quietly(() => {
    host.files.create(join(job.folder, request), '');
  });
  const processes = await host.processes?.();
  const isGone = (owner: Owner | undefined): boolean =>
    owner !== undefined && processes?.stateOf(owner) === 'gone';
  const deadline = startDeadline(host.clock, seconds);
  while (deadline.remainingMs() > 0) {
    const signs = signsOf(where);
    const waiting = signs.some(({ progress, owner }) => progress === 'running' && !isGone(owner));
    // One that was just started has not shown itself yet; what it is to hide must not go before it has read it.
    if (!waiting && signs.length > 0) return;
    await pause(host);
  }
  job.tell('warning', 'The redactor was not done in time; the last lines of the log may be missing.');
}

/** At the end of the job. */
export function takeDownSigns({ job, host }: Whereabouts): void {
  const names = host.files
    .list(job.folder)
    .filter((name) => name === request || fullMatch(namePattern, name));
  for (const name of names) host.files.erase(join(job.folder, name));
}

function signsOf({ job, host }: Whereabouts): { progress: unknown; owner: Owner | undefined }[] {
  const names = host.files.list(job.folder).filter((name) => fullMatch(namePattern, name));
  return names.flatMap((name) => {
    try {
      const text = host.files.readPrivate(join(job.folder, name), longest);
      const sign = text === undefined ? undefined : parseStrictJson(text);
      if (!isObject(sign)) return [];
      const owner = member(sign, 'owner');
      return [{ progress: member(sign, 'progress'), owner: isOwner(owner) ? owner : undefined }];
    } catch {
      return [];
    }
  });
}

function pause({ clock }: Host): Promise<void> {
  return new Promise((done) => {
    clock.after(pauseMs, done);
  });
}

function quietly(deed: () => void): void {
  try {
    deed();
  } catch {
    // Another has written it already, or there is no folder: the worst is a wait that is not needed.
  }
}
