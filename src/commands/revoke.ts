import { CredsError } from '../domain/errors.ts';
import type { Intent } from '../domain/intent.ts';
import { giveBack, type Return } from '../leases/giving-back.ts';
import { changedEntries } from '../leases/changed-entries.ts';
import { listIntents, settleIntent, withKept, type Whereabouts } from '../leases/ledger.ts';
import { readIntent } from '../leases/intent-text.ts';
import { summariseReturns, tellReturn } from './return-report.ts';
import { changedError, forgetBy, forgetEntry, tellMeddling } from './forget-entry.ts';
import { removeFiles } from './remove-files.ts';
import { leadingToLater, variablesAfter } from './variables-after.ts';

/**
 * Post: gives back all that the platform's state says is owed, and removes what was written. Without a word when
 * the workflow said `revoke: false`, except what stays alive.
 * @throws CredsError `revoke-failed` only where the workflow wants that
 */
export async function revokeAtEnd(where: Whereabouts): Promise<void> {
  const text = where.job.recall() ?? '';
  if (text === '') return;
  const owed = readIntent(text);
  if (owed === undefined) {
    await endOwed(filedAs(text, where), where, 'middle');
    return;
  }
  tellMeddling(owed.id, where);
  // What reads our file may be gone, or fail over what lies there: the handle is in the state.
  const intent = await withKept(owed, where).catch(() => owed);
  if (intent === undefined) {
    await passSettled(owed, where);
    return;
  }
  await endOwed(intent, where, 'end');
}

/** Another step can fill the folder with entries: what has to look through them all comes when ours is given back. */
async function endOwed(intent: Intent, where: Whereabouts, when: 'middle' | 'end'): Promise<void> {
  hide(intent, where);
  await removeDelivered(intent, where);
  try {
    if (intent.post.revoke) {
      await settle([intent], where, when);
      return;
    }
    where.job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
    forgetEntry(intent.id, where);
  } finally {
    leadBack(intent, where);
  }
}

/**
 * A state that was cut off: our own file is gone by, if the state still tells which one that is. Another step could have
 * written it, so it gets no ID token.
 * @throws CredsError `revoke-failed` where there is none
 */
function filedAs(state: string, where: Whereabouts): Intent {
  const problem = 'The state that main left for post cannot be read';
  const id = /"id":"([0-9a-f]{16})"/.exec(state)?.[1];
  const filed = listIntents(where).find((each) => each.id === id);
  if (filed !== undefined) {
    where.job.tell('warning', `${problem}: what is owed is taken from the ledger’s own file.`);
    return filed;
  }
  const ends = [...state.matchAll(/"expiresAt":"([0-9TZ:.-]{20,24})"/g)].map(([, end = '']) => end);
  const last = ends.sort().at(-1);
  const until = last === undefined ? 'by itself' : `by ${last} at the latest`;
  throw new CredsError('revoke-failed', `${problem}. What was lent was not given back, and ends ${until}.`);
}

/** The posts of the steps before ours are to find their tools led where these steps had led them: they clean up there. */
function leadBack(intent: Intent, where: Whereabouts): void {
  const { job, host } = where;
  // What is not given back may still be in use.
  const variables = intent.post.revoke ? intent.variables : [];
  try {
    const living = listIntents(where).filter(({ id, owner }) => id !== intent.id && owner === undefined);
    job.exportVariables(variablesAfter({ ...intent, variables }, host, living));
  } catch {
    job.tell('info', 'The variables of what is given back could not be set back.');
  }
}

/**
 * Only our file says that this was given back in the middle of the job, and whoever could write it could also have taken
 * the credential out of it. So it is not passed over without a word, and what was delivered goes in any case.
 */
export async function passSettled(owed: Intent, where: Whereabouts): Promise<void> {
  await removeDelivered(owed, where);
  for (const { role, id } of owed.leases)
    where.job.tell('info', `${role} (lease ${id}): given back in the middle of the job, as its entry says.`);
  forgetEntry(owed.id, where);
}

/**
 * In the middle of the job: gives back what the entries beside the job say, or only the named leases, blanks the
 * variables and removes the files.
 * @throws CredsError `input-invalid` when a lease is named that is not there; `revoke-failed` when one lives on, or stays in a
 *   variable, and the workflow wants that;
 *   `ledger-changed` when another step has made an entry unreadable
 */
export async function revokeNow(leaseIds: readonly string[], where: Whereabouts): Promise<void> {
  const all = listIntents(where);
  const changed = changedEntries(where);
  // What an `exec` has borrowed it gives back itself; the next one does that of an `exec` that was killed.
  const chosen =
    leaseIds.length === 0
      ? all.filter(({ owner }) => owner === undefined)
      : all.filter(({ leases }) => leases.some(({ id }) => leaseIds.includes(id)));
  const known = chosen.flatMap(({ leases }) => leases.map(({ id }) => id));
  if (leaseIds.some((id) => !known.includes(id))) {
    if (changed.length > 0) throw changedError(changed, where);
    throw new CredsError('input-invalid', 'The input `lease-ids` names a lease that this job does not owe.');
  }
  if (chosen.length === 0 && changed.length === 0) where.job.tell('info', 'There is nothing to give back.');
  const living = all.filter((each) => !chosen.includes(each));
  const kept: Intent[] = [];
  for (const intent of chosen) {
    hide(intent, where);
    if (!takeBackVariables(intent, living, where)) kept.push(intent);
    tellChanged(await removeDelivered(intent, where), where);
  }
  await settle(chosen, where, 'middle');
  refuseKept(kept);
  if (leaseIds.length === 0 && changed.length > 0) throw changedError(changed, where);
}

/**
 * Blanks the variables for the steps that follow, and leads tools where they were led before. Never throws: what is owed has
 * to be given back.
 * @returns false where that could not be written down; it is told
 */
export function takeBackVariables(
  intent: Intent,
  living: readonly Intent[],
  { job, host }: Whereabouts,
): boolean {
  const after = variablesAfter(intent, host, living);
  try {
    job.exportVariables(after);
  } catch {
    const names = Object.keys(after).join(', ');
    job.tell('warning', `Later steps still get what was borrowed: ${names} could not be blanked.`);
    return false;
  }
  const later = leadingToLater(intent, living);
  if (later.length === 0) return true;
  const text = 'to the files of a later step; what these have copied goes when its lease is given back.';
  job.tell('info', `Tools are still led by ${later.join(', ')} ${text}`);
  return true;
}

/** @throws CredsError `revoke-failed` where a workflow wants that of what its later steps still get */
export function refuseKept(kept: readonly Intent[]): void {
  if (kept.some(({ post }) => post.failOnRevokeError))
    throw new CredsError('revoke-failed', 'Not every variable could be blanked.');
}

async function settle(intents: readonly Intent[], where: Whereabouts, when: 'middle' | 'end'): Promise<void> {
  // All at once: a server that is slow, or that another step has named, must not use up the time of another.
  const returns = await Promise.all(intents.map((intent) => settleOne(intent, where, when)));
  summariseReturns(returns, where);
  const failed = returns.find(({ result, intent }) => result === 'failed' && intent.post.failOnRevokeError);
  if (failed !== undefined) {
    throw new CredsError('revoke-failed', 'Not everything could be given back.', { cause: failed.error });
  }
}

async function settleOne(intent: Intent, where: Whereabouts, when: 'middle' | 'end'): Promise<Return> {
  const outcome = await giveBack(intent, { ...where, idTokens: when === 'end' ? 'any' : 'none' });
  tellReturn(outcome, where);
  if (outcome.result === 'failed') return outcome;
  if (when === 'end') forgetEntry(intent.id, where);
  else
    forgetBy(() => {
      settleIntent(intent, where);
    }, where);
  return outcome;
}

/** The runner shows the state's values in its debug log, and a new process of ours knows no masks yet. */
function hide(intent: Intent, { job }: Whereabouts): void {
  const secrets = [intent.debt['handle'], ...Object.values(intent.kept ?? {})];
  job.mask(secrets.filter((secret) => secret !== undefined));
}

/**
 * Ends the agent of the run; removes files that were delivered, and the platform's own that carried them. Never throws.
 * @returns paths of files that another step has changed since
 */
export async function removeDelivered(intent: Intent, where: Whereabouts): Promise<readonly string[]> {
  if (intent.agent !== undefined) await endAgentAt(intent.agent.socket, where);
  const changed = removeFiles(intent, where);
  where.job.eraseCommandFiles(intent.commandFiles);
  return changed;
}

async function endAgentAt(socket: string, where: Whereabouts): Promise<void> {
  try {
    await (await import('./ssh-agent.ts')).endAgent(socket, where);
  } catch {
    where.job.tell(
      'warning',
      'The SSH agent of this run could not be ended: a file of this action is missing.',
    );
  }
}

/** Another step has logged in, or set something, by the tool that ours was for: what comes next may rely on it. */
export function tellChanged(paths: readonly string[], { job }: Whereabouts): void {
  for (const path of paths)
    job.tell(
      'warning',
      `Another step has changed ${path}, which is removed with the credential in it: what that step has put there counts no more.`,
    );
}
