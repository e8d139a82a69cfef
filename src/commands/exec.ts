import type { Config } from '../config/config.ts';
import { startDeadline } from '../domain/deadline.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Command, Processes } from '../domain/processes.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import type { Return } from '../leases/giving-back.ts';
import { eraseEndedKeys } from '../leases/job-key.ts';
import { withKept, type Whereabouts } from '../leases/ledger.ts';
import { compilePatterns } from '../redaction/redactor.ts';
import type { Lent } from '../providers/provider.ts';
import { acquire } from './acquire.ts';
import { childJob, type ChildJob } from './child-job.ts';
import { keepBeating } from './heartbeats.ts';
import { lastWords } from './last-words.ts';
import { makeOutlet, type Outlet } from './outlet.ts';
import { summariseReturns } from './return-report.ts';
import { passSettled, removeDelivered } from './revoke.ts';
import { forgetEntry } from './forget-entry.ts';
import { settleEntry } from './settle-entry.ts';
import { spokenJob } from './spoken-job.ts';
import { supervise } from './supervise.ts';
import { sweepCrashed } from './sweep.ts';

/** As env(1) and timeout(1) have it: our own failure, a command that cannot be executed, one that is not there. */
const failed = 125;
const notExecutable = 126;
const notFound = 127;

/** How long giving back may take, in seconds, when the job is being cancelled and when it is not. */
const hurrySeconds = 5;
const calmSeconds = 20;

/**
 * Borrows, runs a command with the credentials in its environment and nowhere else, its output redacted, and gives
 * back when it has ended, or when the job is being cancelled and the command does not end soon.
 * @param words the command and its arguments; no shell reads them
 * @returns the exit status of the command, 128 and the signal's number where a signal ended it; 126 or 127 when it
 *   cannot be run; 125 when its output was lost, or when giving back has failed and the config says that this matters
 * @throws CredsError; the command was not run then, and nothing is lent any more
 */
export async function exec(
  config: Config,
  words: readonly [string, ...string[]],
  where: Whereabouts,
): Promise<number> {
  const processes = await where.host.processes?.();
  if (processes === undefined) throw new CredsError('internal', 'There is no way to run a command here.');
  const [out, err] = [makeOutlet(processes.sink(1)), makeOutlet(processes.sink(2))];
  // On its way with the command's own: neither cuts the other's lines, and a reader that is slow stops nothing else.
  const printError = (text: string): void => {
    err.say(text);
  };
  const host: Host = { ...where.host, printError };
  const job = childJob(spokenJob(where.job, host));
  // Before the command runs and after it has ended, too: a signal that is not heard would end us owing something.
  const deafen = processes.onSignal(() => undefined);
  try {
    return await lend(config, words, { job, host, processes, out, err });
  } catch (error) {
    throw error instanceof CredsError ? error : new CredsError('internal', nameOf(error), { cause: error });
  } finally {
    await lastWords({ host, processes, out, err });
    deafen();
  }
}

interface Stage {
  readonly job: ChildJob;
  readonly host: Host;
  readonly processes: Processes;
  readonly out: Outlet;
  readonly err: Outlet;
}

async function lend(config: Config, words: readonly [string, ...string[]], stage: Stage): Promise<number> {
  const { job, host, processes } = stage;
  const path = processes.find(words[0], host.env['PATH']);
  if (typeof path === 'number') return cannotRun(words[0], path, job);
  await sweepCrashed(stage, processes);
  eraseEndedKeys(stage);
  const loan = await acquire(config, { job, host, owner: processes.self() });
  let rest = (): void => undefined;
  let given: Promise<Return | undefined> | undefined;
  const giveBack = (seconds: number): Promise<Return | undefined> => {
    rest();
    return (given ??= giveBackLoan(stage, seconds));
  };
  let status = failed;
  try {
    rest = await beatFor(loan, config, stage);
    const command = { path, words, env: await environmentFor(config, stage), folder: job.folder };
    status = await run(command, { ...stage, onCancel: () => void giveBack(hurrySeconds) });
  } catch (error) {
    if (error instanceof CredsError) throw error;
    const { code } = error as { code?: string };
    status = cannotRun(words[0], code === 'ENOENT' ? notFound : notExecutable, job);
  } finally {
    const returned = await giveBack(host.signal.aborted ? hurrySeconds : calmSeconds);
    if (returned?.result === 'failed' && config.failOnRevokeError) status = failed;
    eraseEndedKeys(stage);
  }
  return status;
}

/** @returns what ends the heartbeats, if there are any */
async function beatFor({ pulse }: Lent, { idToken, caCert }: Config, stage: Stage): Promise<() => void> {
  if (pulse === undefined) return () => undefined;
  const source = await findIdTokenSource(idToken, stage.job);
  return keepBeating({ pulse, source, trust: caCert?.pem }, stage);
}

function cannotRun(word: string, status: 126 | 127, job: ChildJob): number {
  const why = status === notFound ? 'was not found' : 'cannot be executed';
  job.tell('error', `The command ${word} ${why}.`);
  return status;
}

/** The job's own, less the ID token, and what was borrowed. */
async function environmentFor(config: Config, { job, host }: Stage): Promise<Command['env']> {
  const { variable } = await findIdTokenSource(config.idToken, job);
  const own = Object.entries(host.env).filter(([name]) => name !== variable);
  return { ...Object.fromEntries(own), ...job.variables };
}

async function run(command: Command, scene: Stage & { onCancel: () => void }): Promise<number> {
  const secrets = scene.job.secrets.map((secret) => secret.reveal());
  const patterns = compilePatterns(secrets, scene.job.masks);
  const { status, lost } = await supervise(command, { ...scene, patterns });
  if (lost.length === 0) return status;
  scene.job.tell('error', `The output of the command could not be written (${lost.join(', ')}).`);
  return status === 0 ? failed : status;
}

/** Never throws; a signal that came does not keep it from giving back. */
async function giveBackLoan({ job, host }: Stage, seconds: number): Promise<Return | undefined> {
  const where = { job, host: { ...host, signal: new AbortController().signal } };
  const owed = job.owed();
  if (owed === undefined) return undefined;
  const intent = await withKept(owed, where);
  if (intent === undefined) {
    await passSettled(owed, where);
    return undefined;
  }
  if (!intent.post.revoke) {
    await removeDelivered(intent, where);
    job.tell('info', 'Not given back, as `revoke: false` says; it ends by itself.');
    forgetEntry(intent.id, where);
    return undefined;
  }
  const deadline = startDeadline(host.clock, seconds);
  const returned = await settleEntry(intent, where, { deadline, idTokens: 'any' });
  summariseReturns([returned], where);
  return returned;
}

/** The kind of a foreign error; its message could hold anything. */
function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}, a defect: please report it.` : 'An unknown error.';
}
