import type { Config } from '../config/config.ts';
import { startDeadline } from '../domain/deadline.ts';
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import { TransportError, type Clock } from '../domain/host.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Job } from '../domain/job.ts';
import type { IdTokenSource } from '../id-tokens/id-token-source.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { recordLeases } from '../leases/opening.ts';
import { retrying, type Call } from '../protocol/http.ts';
import type { Lent, Opening } from '../providers/provider.ts';
import { Secret } from '../domain/secret.ts';
import { masksOfIdToken } from '../redaction/id-token-masks.ts';
import { masksOfSecret } from '../redaction/masks.ts';
import { tellIdentity } from './loan-report.ts';
import type { Progress } from './undo.ts';

/** Refusals that say for sure that nothing was issued. */
const nothingIssued: readonly ErrorCode[] = [
  'policy-denied',
  'identity-refused',
  'audience-mismatch',
  'clock-skew',
  'role-in-use',
  'approval-pending',
];

/** A platform near by has minted by then; others take ten times as long. */
const patienceMs = 10;

/** What a run may take, and whom it trusts. */
type Bounds = Pick<Config, 'timeoutSeconds' | 'caCert'>;

export interface Trade {
  /** Where the ID token is traded. */
  readonly endpoint: URL;
  readonly opening: Opening;
  readonly source: IdTokenSource;
  readonly progress: Progress;
}

/** Steps d and e: each attempt with a fresh ID token where the platform mints one, all under one deadline. */
export async function trade(
  parts: Trade,
  { config, where }: { config: Bounds; where: Whereabouts },
): Promise<Lent> {
  const { job } = where;
  const { source } = parts;
  const call: Call = {
    ...callWithin(config, where),
    onOwed: () => {
      noteKept(parts, where);
    },
  };
  let idToken: IdToken | undefined;
  let freshened = false;
  let lost: CredsError | undefined;
  const attempt = async (): Promise<Lent> => {
    if (idToken === undefined || source.mints)
      idToken = await identify(parts, call, { job, first: idToken === undefined });
    try {
      return await ask(parts, idToken, call);
    } catch (error) {
      if (isLost(error)) lost = error;
      if (!(error instanceof CredsError) || !error.freshIdToken || !source.mints || freshened) throw error;
      freshened = true;
      return attempt();
    }
  };
  const loan = await retrying(call, attempt);
  // A broker takes back by the handle what an earlier attempt may have brought; others know nothing but the token.
  if (lost !== undefined && parts.opening.kept !== undefined)
    call.onWarning?.(
      `${lost.message} Should a token have been in that answer, nobody has it and nobody can give it back; it ends by itself.`,
    );
  return loan;
}

/** The request may have arrived, and its answer has not. */
function isLost(error: unknown): error is CredsError {
  if (!(error instanceof CredsError)) return false;
  if (error.answerLost) return true;
  return error.cause instanceof TransportError && !error.cause.unsent;
}

/**
 * What a lender takes back only for what it has just issued is in the ledger before anything else is done, even before it
 * is hidden: who is killed in between owes something that nobody knows.
 */
function noteKept({ opening: { kept }, progress }: Trade, where: Whereabouts): void {
  if (kept === undefined) return;
  progress.latest = { ...progress.latest, kept };
  recordLeases(progress.latest, where);
  where.job.mask(Object.values(kept).flatMap((text) => masksOfSecret(new Secret(text))));
}

/** The budget of a run, and its job to tell what happens meanwhile. */
export function callWithin(config: Bounds, { job, host }: Whereabouts): Call {
  return {
    host,
    deadline: startDeadline(host.clock, config.timeoutSeconds),
    ...(config.caCert === undefined ? {} : { trust: config.caCert.pem }),
    onRetry: (text) => {
      job.tell('info', text);
    },
    onWarning: (text) => {
      job.tell('warning', text);
    },
    onWait: (text) => {
      job.tell('info', text);
    },
  };
}

async function identify(
  parts: Trade,
  call: Call,
  { job, first }: { job: Job; first: boolean },
): Promise<IdToken> {
  const { source, opening } = parts;
  const asked = source.request(opening.audience, call);
  if (first && source.mints) getReady(parts, call, asked).catch(() => undefined);
  const idToken = await asked;
  job.mask(masksOfIdToken(idToken.token));
  if (first) tellIdentity(idToken, job);
  return idToken;
}

/** The entry is written and nothing is asked of the lender yet, but the way to it can be open when the ID token is here. */
async function getReady({ endpoint, opening }: Trade, call: Call, asked: Promise<unknown>): Promise<void> {
  await call.host.connect?.(endpoint, call.trust);
  await opening.connect?.(call);
  // What is read and compiled holds up an answer that is just arriving.
  if (opening.load !== undefined && (await takesLonger(asked, patienceMs, call.host.clock)))
    await opening.load();
}

/** Whether something is still under way after so many milliseconds. */
function takesLonger(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  return new Promise((done) => {
    const clear = clock.after(ms, () => {
      done(true);
    });
    const end = (): void => {
      clear();
      done(false);
    };
    work.then(end, end);
  });
}

async function ask({ opening, progress }: Trade, idToken: IdToken, call: Call): Promise<Lent> {
  const before = progress.maybeLent;
  progress.maybeLent = true;
  try {
    const loan = await opening.trade(idToken, call);
    // Cancelled while the answer was being read: it is not wanted any more.
    call.host.signal.throwIfAborted();
    return loan;
  } catch (error) {
    if (isSureRefusal(error)) progress.maybeLent = before;
    throw error;
  }
}

/** True when nothing can have been issued: a refusal said so, or the request never arrived. */
function isSureRefusal(error: unknown): boolean {
  if (!(error instanceof CredsError) || error.partlyIssued) return false;
  const { code, cause } = error;
  return (
    error.nothingIssued || nothingIssued.includes(code) || (cause instanceof TransportError && cause.unsent)
  );
}
