import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { Intent, OwedLease } from '../domain/intent.ts';
import type { Lease, Loan } from '../domain/lease.ts';
import type { Parcel } from '../exporters/exporter.ts';
import type { IdTokenSource } from '../id-tokens/id-token-source.ts';
import { findIdTokenSource } from '../id-tokens/registry.ts';
import { listIntents, type Whereabouts } from '../leases/ledger.ts';
import { newIntentId, openIntent, recordLeases } from '../leases/opening.ts';
import type { ProofKey } from '../protocol/dpop.ts';
import type { SshKey } from '../protocol/ssh-key.ts';
import type { Exchange, Lent, Opening } from '../providers/provider.ts';
import { findProvider } from '../providers/registry.ts';
import { masksOfCredential, masksOfSecret, secretsOf } from '../redaction/masks.ts';
import { agentSocket } from '../leases/agent-socket.ts';
import { lookAfter, lookBefore } from './companion.ts';
import { deliver, findRoute, foresee, packAll, type Route } from './delivery.ts';
import type { ReadyAgent } from './ssh-agent.ts';
import { tellLoan, tellRequest } from './loan-report.ts';
import { maskProxySecrets } from './proxy-secrets.ts';
import { assertSuitable } from './suitability.ts';
import { callWithin, trade } from './trade.ts';
import type { Progress } from './undo.ts';
import { usersFiles } from './users-files.ts';
import { behindOf } from './variables-after.ts';

/**
 * The main job (DESIGN.md, The main job, call by call): borrow what the config asks for, hide it, note it, deliver
 * it. Either everything that was asked for is delivered, or nothing is and what was lent has been given back.
 * @returns what was lent
 * @throws CredsError
 */
export async function acquire(config: Config, where: Whereabouts): Promise<Lent> {
  const { job, host } = where;
  maskProxySecrets(where);
  const provider = await findProvider(config.provider);
  const routes = await Promise.all(config.exports.map(findRoute));
  const agent = await agentFor(routes, host);
  const sshKey = await keyFor(routes);
  const exchange = provider.configure({ ...config, facts: job.facts, publicKey: sshKey?.publicLine });
  foresee(routes, exchange.lends);
  const source = await findIdTokenSource(config.idToken, job);
  await lookBefore(config, where);
  const bound = wantsBinding(config, exchange, source);
  const opening = exchange.open(bound, await keyOfJob(exchange, source, { config, where }));
  const intent = firstEntry(config, { exchange, opening }, where);
  openIntent(intent, opening.secrets, where);
  const progress: Progress = { latest: intent, outputs: [], maybeLent: false };
  try {
    tellRequest(exchange, bound, job);
    const loan = await trade({ endpoint: exchange.endpoint, opening, source, progress }, { config, where });
    const keys = sshKey === undefined ? [] : [sshKey.privateText];
    job.mask([
      ...new Set([
        ...loan.leases.flatMap((lease) => lease.credentials.flatMap(masksOfCredential)),
        ...keys.flatMap(masksOfSecret),
      ]),
    ]);
    const now = host.clock.now();
    // A lease that came with its end behind it is not believed to be over: the handle alone gives it back.
    const leases = loan.leases.filter(({ expiresAt }) => expiresAt > now).map(owed);
    progress.latest = { ...intent, ...keptBy(opening), leases };
    assertSuitable(loan, config, now);
    await lookAfter(loan.leases, config, where);
    const folder = join(config.filesDir ?? job.folder, intent.id);
    const socket = agentSocket(job.folder, intent.id);
    let parcel = await packAll(loan.leases, routes, { folder, sshKey, socket, ...usersFiles(host) });
    const record = (): void => {
      const debts = { ...progress.latest, ...(agent !== undefined && { agent: { socket } }) };
      progress.latest = { ...debts, ...traces(parcel, listIntents(where), intent.id) };
      recordLeases(progress.latest, where);
    };
    record();
    job.hide?.([...loan.leases.flatMap((lease) => lease.credentials.flatMap(secretsOf)), ...keys]);
    const outputs = { ...aboutLoan(loan), ...parcel.outputs };
    progress.outputs = Object.keys(outputs);
    if (agent !== undefined) {
      const pointers = await agent.hold(parcel.identities, socket);
      parcel = { ...parcel, pointers: { ...parcel.pointers, ...pointers } };
      record();
    }
    deliver({ ...parcel, outputs }, job, host);
    tellLoan(loan, { exchange, config, parcel }, where);
    return loan;
  } catch (error) {
    progress.latest = { ...progress.latest, ...keptBy(opening) };
    const { undo } = await import('./undo.ts');
    await undo(progress, where);
    throw error;
  }
}

/** The key pair for what is lent for one; made here, and its private half never leaves the job. */
async function keyFor(routes: readonly Route[]): Promise<SshKey | undefined> {
  if (!routes.some(({ exporter }) => exporter?.needsKey)) return undefined;
  return (await import('../protocol/ssh-key.ts')).makeSshKey();
}

/** What starts the agent that a line asks for, where one does. @throws CredsError `input-invalid` where none can be */
export async function agentFor(routes: readonly Route[], host: Host): Promise<ReadyAgent | undefined> {
  const wish = routes
    .map(({ exporter, settings }) => exporter?.agentFor?.(settings))
    .find((each) => each !== undefined);
  if (wish === undefined) return undefined;
  return (await import('./ssh-agent.ts')).prepareAgent(wish, host);
}

/** Where the job has one ID token for all its commands, the broker knows it by the first key that came with it. */
async function keyOfJob(
  exchange: Exchange,
  source: IdTokenSource,
  { config, where }: { readonly config: Config; readonly where: Whereabouts },
): Promise<ProofKey | undefined> {
  if (source.mints || !exchange.bindsKey) return undefined;
  const { jobKey } = await import('../leases/job-key.ts');
  if (where.job.folderOf === 'job') return jobKey(where);
  return jobKey(where, await source.request(exchange.audience, callWithin(config, where)));
}

/** Whether the ID token is to be bound to a key of ours. @throws CredsError `input-invalid` where that was said and cannot be */
export function wantsBinding(config: Config, exchange: Exchange, source: IdTokenSource): boolean {
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
  { job, owner }: Whereabouts,
): Intent {
  return {
    version: 1,
    id: newIntentId(),
    provider: config.provider,
    debt: opening.debt,
    // Empty still: post then looks into our file, should main be killed before the state names what it holds.
    ...keptBy(opening),
    ...(owner === undefined ? {} : { owner }),
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
      caCert: config.caCert?.source ?? '',
    },
  };
}

function keptBy({ kept }: Opening): Pick<Intent, 'kept'> {
  return kept === undefined ? {} : { kept };
}

function owed({ id, role, expiresAt, revocability }: Lease): OwedLease {
  return { id, role, expiresAt: expiresAt.toISOString(), revocability };
}

/** What a delivery leaves behind: what leads tools somewhere, and who had done so before. */
function traces(
  { variables, pointers, files }: Required<Parcel>,
  entries: readonly Intent[],
  own: string,
): Pick<Intent, 'variables' | 'pointers' | 'before' | 'files' | 'sizes'> {
  const others = entries.filter(({ id, owner }) => id !== own && owner === undefined);
  const list = Object.entries(pointers).map(([name, { value, after }]) => {
    const behind = behindOf(name, after, others);
    return { name, value, after, ...(behind.length > 0 && { behind }) };
  });
  const sizes = Object.entries(files).map(([path, text]) => [path, Buffer.byteLength(text)] as const);
  return {
    variables: Object.keys(variables),
    files: Object.keys(files),
    ...(sizes.length > 0 && { sizes: Object.fromEntries(sizes) }),
    ...(list.length > 0 && { pointers: list }),
    ...(others.length > 0 && { before: others.map(({ id }) => id) }),
  };
}

/** The outputs that every run sets. */
function aboutLoan(loan: Loan): Record<string, string> {
  const ends = loan.leases.map(({ expiresAt }) => expiresAt.getTime());
  return {
    'lease-ids': JSON.stringify(loan.leases.map(({ id }) => id)),
    'expires-at': new Date(Math.min(...ends)).toISOString(),
    ...(loan.sessionId === undefined ? {} : { 'session-id': loan.sessionId }),
    ...(loan.requestId === undefined ? {} : { 'request-id': loan.requestId }),
  };
}
