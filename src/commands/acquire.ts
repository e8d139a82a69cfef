import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { startDeadline } from '../domain/deadline.ts';
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { IdToken } from '../domain/id-token.ts';
import type { Intent } from '../domain/intent.ts';
import type { Job } from '../domain/job.ts';
import type { Lease, Loan } from '../domain/lease.ts';
import { deliver, findRoute, packAll } from '../exporters/delivery.ts';
import type { Parcel } from '../exporters/exporter.ts';
import type { IdTokenSource } from '../id-tokens/id-token-source.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import { giveBack } from '../leases/giving-back.ts';
import { closeIntent, newIntentId, openIntent, recordLeases, type Whereabouts } from '../leases/ledger.ts';
import { retrying, type Call } from '../protocol/http.ts';
import type { Exchange, Opening } from '../providers/provider.ts';
import { findProvider } from '../providers/registry.ts';
import { assertCredentialHideable } from '../redaction/hideable.ts';
import { masksOfCredential, masksOfIdToken } from '../redaction/masks.ts';
import { tellIdentity, tellLoan, tellRequest } from './loan-report.ts';
import { tellReturn } from './return-report.ts';

/** The time, in seconds, that giving back may take when the run has failed or was cancelled. */
const undoSeconds = 5;

/** Refusals that say for sure that nothing was issued. */
const nothingIssued: readonly ErrorCode[] = [
  'policy-denied',
  'identity-refused',
  'audience-mismatch',
  'clock-skew',
  'role-in-use',
  'approval-pending',
];

/**
 * The main job (DESIGN.md, The main job, call by call): borrow what the config asks for, hide it, note it, deliver
 * it. Either everything that was asked for is delivered, or nothing is and what was lent has been given back.
 * @throws CredsError
 */
export async function acquire(config: Config, { job, host }: Whereabouts): Promise<void> {
  const where = { job, host };
  maskProxySecrets(where);
  const provider = await findProvider(config.provider);
  const exchange = provider.configure({ ...config, facts: job.facts });
  const routes = config.exports.map(findRoute);
  const source = findIdTokenSource(config.idToken, job);
  const bound = wantsBinding(config, exchange, source);
  const opening = exchange.open(bound);
  const intent = firstEntry(config, { exchange, opening }, where);
  openIntent(intent, opening.secrets, where);
  const progress: Progress = { latest: intent, maybeLent: false };
  try {
    tellRequest(exchange, bound, job);
    const loan = await trade({ opening, source, progress }, { config, where });
    job.mask([...new Set(loan.leases.flatMap((lease) => lease.credentials.flatMap(masksOfCredential)))]);
    assertSuitable(loan, config, host.clock.now());
    const folder = join(config.filesDir ?? job.folder, intent.id);
    const parcel = packAll(loan.leases, routes, folder);
    progress.latest = { ...intent, ...owedNow(loan.leases, parcel) };
    recordLeases(progress.latest, where);
    handOver(parcel, loan, where);
    tellLoan(loan, { exchange, config, parcel }, where);
  } catch (error) {
    await undo(progress, where);
    throw error;
  }
}

function wantsBinding(config: Config, exchange: Exchange, source: IdTokenSource): boolean {
  if (config.binding === 'none') return false;
  const can = exchange.bindsKey && source.mints;
  if (config.binding === 'key' && !can) {
    throw new CredsError(
      'input-invalid',
      'The input `binding: key` needs a platform where the audience can be chosen, and the broker.',
    );
  }
  return can;
}

function firstEntry(
  config: Config,
  { exchange, opening }: { exchange: Exchange; opening: Opening },
  { job }: Whereabouts,
): Intent {
  return {
    version: 1,
    id: newIntentId(),
    provider: config.provider,
    debt: opening.debt,
    audience: exchange.audience,
    idToken: config.idToken,
    leases: [],
    variables: [],
    files: [],
    commandFiles: job.commandFiles(),
    post: {
      revoke: config.revoke,
      failOnRevokeError: config.failOnRevokeError,
      summary: config.summary,
      caCert: config.caCert?.path ?? '',
    },
  };
}

interface Trade {
  readonly opening: Opening;
  readonly source: IdTokenSource;
  readonly progress: Progress;
}

/** How far the run has come, for undoing it. */
interface Progress {
  latest: Intent;
  /** A request went out and no answer said for sure that nothing was issued. */
  maybeLent: boolean;
}

/** Steps d and e: each attempt with a fresh ID token where the platform mints one, all under one deadline. */
async function trade(parts: Trade, { config, where }: { config: Config; where: Whereabouts }): Promise<Loan> {
  const { job, host } = where;
  const { source } = parts;
  const call: Call = {
    host,
    deadline: startDeadline(host.clock, config.timeoutSeconds),
    ...(config.caCert === undefined ? {} : { trust: config.caCert.pem }),
    onRetry: (text) => {
      job.tell('info', text);
    },
  };
  let idToken: IdToken | undefined;
  let freshened = false;
  const attempt = async (): Promise<Loan> => {
    if (idToken === undefined || source.mints)
      idToken = await identify(parts, call, { job, first: idToken === undefined });
    try {
      return await ask(parts, idToken, call);
    } catch (error) {
      if (!(error instanceof CredsError) || !error.freshIdToken || !source.mints || freshened) throw error;
      freshened = true;
      return attempt();
    }
  };
  return retrying(call, attempt);
}

async function identify(
  { source, opening }: Trade,
  call: Call,
  { job, first }: { job: Job; first: boolean },
): Promise<IdToken> {
  const idToken = await source.request(opening.audience, call);
  job.mask(masksOfIdToken(idToken.token));
  if (first) tellIdentity(idToken, job);
  return idToken;
}

async function ask({ opening, progress }: Trade, idToken: IdToken, call: Call): Promise<Loan> {
  const before = progress.maybeLent;
  progress.maybeLent = true;
  try {
    return await opening.trade(idToken, call);
  } catch (error) {
    if (error instanceof CredsError && nothingIssued.includes(error.code)) progress.maybeLent = before;
    throw error;
  }
}

function assertSuitable(loan: Loan, config: Config, now: Date): void {
  if (config.expectAccount !== undefined && !belongsTo(loan, config.expectAccount)) {
    throw new CredsError(
      'lease-unsuitable',
      'What was lent does not belong to the account that `expect-account` names.',
    );
  }
  for (const lease of loan.leases) {
    const seconds = (lease.expiresAt.getTime() - now.getTime()) / 1000;
    // A second of grace: the lease was counted from the arrival of the answer.
    if (seconds <= 0)
      throw new CredsError('lease-unsuitable', `The lease of ${lease.role} has already ended.`);
    if (seconds + 1 < config.minTtlSeconds) throw unsuitable(lease, 'shorter', 'min-ttl');
    if (seconds - 1 > config.maxTtlSeconds) throw unsuitable(lease, 'longer', 'max-ttl');
    lease.credentials.forEach(assertCredentialHideable);
  }
}

/** By what the provider says of the loan, else by the project or tenant of each credential; never by default. */
function belongsTo({ account, leases }: Loan, expected: string): boolean {
  if (account !== undefined) return account === expected;
  const owners = leases.flatMap(({ credentials }) =>
    credentials.map(({ kind, fields }) => {
      if (kind === 'gcp-token') return fields.project;
      return kind === 'azure-token' ? fields.tenant : undefined;
    }),
  );
  return owners.length > 0 && owners.every((owner) => owner === expected);
}

function unsuitable(lease: Lease, how: string, input: string): CredsError {
  return new CredsError(
    'lease-unsuitable',
    `The lease of ${lease.role} lives ${how} than \`${input}\` allows.`,
  );
}

function owedNow(
  leases: readonly Lease[],
  parcel: Required<Parcel>,
): Pick<Intent, 'leases' | 'variables' | 'files'> {
  return {
    leases: leases.map(({ id, role, expiresAt, revocability }) => ({
      id,
      role,
      expiresAt: expiresAt.toISOString(),
      revocability,
    })),
    variables: Object.keys(parcel.variables),
    files: Object.keys(parcel.files),
  };
}

function handOver(parcel: Required<Parcel>, loan: Loan, { job, host }: Whereabouts): void {
  const ends = loan.leases.map(({ expiresAt }) => expiresAt.getTime());
  const about = {
    'lease-ids': JSON.stringify(loan.leases.map(({ id }) => id)),
    'expires-at': new Date(Math.min(...ends)).toISOString(),
    ...(loan.sessionId === undefined ? {} : { 'session-id': loan.sessionId }),
    ...(loan.requestId === undefined ? {} : { 'request-id': loan.requestId }),
  };
  deliver({ ...parcel, outputs: { ...about, ...parcel.outputs } }, job, host);
}

/** Gives back what was lent, whatever the failure was; a cancelled run has five seconds for it. */
async function undo({ latest, maybeLent }: Progress, { job, host }: Whereabouts): Promise<void> {
  // Cancelled, or with nobody listening any more: neither may keep us from giving back.
  const calm = { ...host, signal: new AbortController().signal };
  const mute: Job = {
    ...job,
    tell: (level, text) => {
      bestEffort(() => {
        job.tell(level, text);
      });
    },
  };
  const where = { job: mute, host: calm };
  takeBackDelivered(latest, where);
  if (maybeLent) {
    const outcome = await giveBack(latest, { ...where, deadline: startDeadline(host.clock, undoSeconds) });
    tellReturn(outcome, where);
    if (outcome.result === 'failed') return;
  }
  bestEffort(() => {
    closeIntent(latest.id, where);
    job.remember('');
  });
}

/** A part of the delivery may have succeeded before another failed. */
function takeBackDelivered({ files, variables }: Intent, { job, host }: Whereabouts): void {
  for (const path of files) {
    bestEffort(() => {
      host.files.erase(path);
      host.files.removeIfEmpty(dirname(path));
    });
  }
  bestEffort(() => {
    job.exportVariables(Object.fromEntries(variables.map((name) => [name, ''])));
  });
}

/** A disk that failed to take the delivery may not take it back either; the credentials themselves are revoked. */
function bestEffort(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing more can be done here, and giving back must go on.
  }
}

/** A proxy's password stands in the environment; libraries may print the proxy's URL. */
function maskProxySecrets({ job, host }: Whereabouts): void {
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
  const values = new Set(names.map((name) => host.env[name] ?? '').filter((value) => URL.canParse(value)));
  for (const value of values) {
    const { password } = new URL(value);
    if (password !== '') job.mask([...new Set([password, decodeURIComponent(password)])]);
  }
}
