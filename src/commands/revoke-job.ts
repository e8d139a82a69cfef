import { join } from 'node:path';
import { startDeadline } from '../domain/deadline.ts';
import { isDraft } from '../domain/draft.ts';
import { CredsError } from '../domain/errors.ts';
import type { Intent, OwedLease } from '../domain/intent.ts';
import { giveBack, type Return } from '../leases/giving-back.ts';
import { changedEntries } from '../leases/changed-entries.ts';
import { eraseSecrets } from '../leases/hidden-secrets.ts';
import { eraseJobKey } from '../leases/job-key.ts';
import { listIntents, settleIntent, type Whereabouts } from '../leases/ledger.ts';
import { shellFile } from '../platforms/shell-job.ts';
import { changedError, forgetBy, forgetEntry } from './forget-entry.ts';
import { needOwnFolder } from './own-folder.ts';
import { awaitRedactors, takeDownSigns } from './redactor-sign.ts';
import { tellReturn } from './return-report.ts';
import { refuseKept, removeDelivered, takeBackVariables, tellChanged } from './revoke.ts';
import { unheard } from './unheard.ts';

/** Seconds that giving back may take in all, unless something else is said. */
const budgetSeconds = 20;

export interface RevokeHow {
  readonly timeoutSeconds?: number;
  /** How long to wait, when all is given back, for the redactors of the job to let out what they hold. */
  readonly drainSeconds?: number;
}

/** How it went; no secret is in it. */
export interface RevokeReport {
  readonly leases: readonly (OwedLease & { readonly state: string })[];
  /** Something was left to those who use it: an `exec` that lives, or what `revoke: false` says. */
  readonly left: number;
  /** Something could not be given back. It ends by itself, as `expiresAt` says. */
  readonly failed: boolean;
}

/**
 * Gives back what a job owes, by its folder alone: from a trap, from `after_script`, from a hook, in a shell that
 * knows nothing of the one that borrowed. Once more is no error and says nothing. When no leases are named and nothing is
 * owed any more, the job’s key and what it had to hide are erased; the file for its shells even before.
 * @param leaseIds only the entries of these; empty: all
 * @throws CredsError `input-invalid` when a lease is named that the job does not owe; `revoke-failed` where that is wanted;
 *   `ledger-changed` when another step has made an entry unreadable
 */
export async function revokeJob(
  leaseIds: readonly string[],
  { job, host }: Whereabouts,
  { timeoutSeconds = budgetSeconds, drainSeconds = 0 }: RevokeHow = {},
): Promise<RevokeReport> {
  // A cancelled job is told to stop again and again, and nobody may be listening any more.
  const where: Whereabouts = { job: unheard(job), host: { ...host, signal: new AbortController().signal } };
  if (leaseIds.length === 0) needOwnFolder('revoke', where);
  const whole = leaseIds.length === 0;
  const unreadable = changedEntries(where);
  const chosen = entriesOf(leaseIds, where, unreadable);
  const alive = await livingAmong(chosen, where);
  const owed = chosen.filter((intent) => !alive.has(intent));
  if (whole) eraseFile(join(job.folder, shellFile), where);
  const mine = owed.filter(({ post }) => post.revoke || !whole);
  for (const { id } of owed.filter((intent) => !mine.includes(intent))) {
    where.job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
    forgetEntry(id, where);
  }
  const kept = whole ? [] : blankVariables(mine, where);
  const changed = await Promise.all(mine.map((intent) => removeDelivered(intent, where)));
  if (!whole) tellChanged(changed.flat(), where);
  const returns = await giveAllBack(mine, where, timeoutSeconds);
  // Afterwards: what was told meanwhile passes the redactor, too.
  if (drainSeconds > 0) await awaitRedactors(where, drainSeconds);
  // In the middle of the job its key and what it has to hide are still needed: it may borrow again, by the same token.
  if (whole && listIntents(where).length === 0) eraseTraces(where);
  const report = reportOf(returns, chosen.length - mine.length);
  const wanted = returns.find(({ result, intent }) => result === 'failed' && intent.post.failOnRevokeError);
  if (wanted !== undefined)
    throw new CredsError('revoke-failed', 'Not everything could be given back.', { cause: wanted.error });
  refuseKept(kept);
  if (whole && unreadable.length > 0) throw changedError(unreadable, where);
  return report;
}

function entriesOf(
  leaseIds: readonly string[],
  where: Whereabouts,
  unreadable: readonly string[],
): readonly Intent[] {
  const all = listIntents(where);
  if (leaseIds.length === 0) return all;
  const named = all.filter(({ leases }) => leases.some(({ id }) => leaseIds.includes(id)));
  const known = named.flatMap(({ leases }) => leases.map(({ id }) => id));
  if (leaseIds.every((id) => known.includes(id))) return named;
  if (unreadable.length > 0) throw changedError(unreadable, where);
  throw new CredsError('input-invalid', 'The option `--lease-id` names a lease that this job does not owe.');
}

/** The entries of an `exec` that still runs: it gives them back itself. */
async function livingAmong(
  intents: readonly Intent[],
  { job, host }: Whereabouts,
): Promise<ReadonlySet<Intent>> {
  const owned = intents.filter(({ owner }) => owner !== undefined);
  const processes = owned.length === 0 ? undefined : await host.processes?.();
  const alive = owned.filter(({ owner }) => owner !== undefined && processes?.stateOf(owner) === 'running');
  if (alive.length > 0)
    job.tell('info', 'What an `exec` that still runs has borrowed is left to it; it gives back itself.');
  return new Set(alive);
}

async function giveAllBack(
  intents: readonly Intent[],
  where: Whereabouts,
  seconds: number,
): Promise<readonly Return[]> {
  const deadline = startDeadline(where.host.clock, seconds);
  // All at once: one broker that is slow must not use up the time of another.
  return Promise.all(
    intents.map(async (intent) => {
      const outcome = await giveBack(intent, { ...where, deadline, idTokens: 'held' });
      tellReturn(outcome, where);
      // Two may be giving back at once, a trap and `after_script`: the other has removed the entry.
      if (outcome.result !== 'failed')
        forgetBy(() => {
          settleIntent(intent, where);
        }, where);
      return outcome;
    }),
  );
}

/**
 * In the file that shells read: the one that runs now reads it again, or goes on with what it has.
 * @returns those for which it could not be written
 */
function blankVariables(chosen: readonly Intent[], where: Whereabouts): readonly Intent[] {
  const ids = chosen.map(({ id }) => id);
  const living = listIntents(where).filter(({ id, owner }) => !ids.includes(id) && owner === undefined);
  return chosen.filter((intent) => intent.owner === undefined && !takeBackVariables(intent, living, where));
}

function eraseTraces(where: Whereabouts): void {
  const { job, host } = where;
  try {
    eraseJobKey(where);
    eraseSecrets(where);
    takeDownSigns(where);
    // Of those that were killed: one holds what was to be hidden, or what was for the job’s shells.
    for (const draft of host.files.list(job.folder).filter(isDraft))
      host.files.erase(join(job.folder, draft));
    host.files.removeIfEmpty(job.folder);
  } catch {
    job.tell('warning', `Not all files in ${job.folder} could be removed.`);
  }
}

function eraseFile(path: string, { job, host }: Whereabouts): void {
  try {
    host.files.erase(path);
  } catch {
    job.tell('warning', `The file ${path} could not be removed.`);
  }
}

function reportOf(returns: readonly Return[], left: number): RevokeReport {
  return {
    leases: returns.flatMap(({ leases }) => leases),
    left,
    failed: returns.some(({ result }) => result === 'failed'),
  };
}
