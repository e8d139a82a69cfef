import { Unrevocable } from '../domain/unrevocable.ts';
import type { RevocableLease } from '../domain/lease-record.ts';
import {
  MintFailed,
  ParameterError,
  type Engine,
  type EngineTools,
  type Issued,
  type Mint,
  type OpenEngine,
  type PreparedRole,
} from './engine.ts';
import { checkRole } from './github-app/check-role.ts';
import { installations, type Installations, type Where } from './github-app/find-installation.ts';
import { jobRepository, type JobRepository } from './github-app/job-repository.ts';
import { readToken, type MintedToken } from './github-app/mint-token.ts';
import { narrowingBody, type Narrowing } from './github-app/narrowing.ts';
import { parameters, type Parameters } from './github-app/parameters.ts';
import { openRequests, type Place, type Requests } from './github-app/requests.ts';
import { openApps, type RoleApp } from './github-app/role-app.ts';
import { GithubTrouble } from './github-app/trouble.ts';

const hourSeconds = 3600;
/** Longer than a request for credentials: what comes late is still kept, so that it can be revoked. */
const mintMs = 20_000;
const revokeMs = 10_000;
/**
 * A token that is so new may not be known everywhere at GitHub, which then answers as if it were none
 * (https://github.com/octokit/auth-app.js/issues/65): what was revoked in that moment would live for an hour.
 */
const newMs = 10_000;

/**
 * An installation access token of a GitHub App, for the repositories and with the permissions of the role and no others.
 * It lives for an hour; the lease's end is kept by revoking it, for which the token itself is needed.
 */
export const githubApp: Engine<Parameters> = {
  name: 'github-app',
  promises: () => ({
    minTtlSeconds: 5,
    maxTtlSeconds: hourSeconds,
    fixedTtlSeconds: hourSeconds,
    revocability: 'immediate',
    revocation: 'DELETE /installation/token with the token, which is kept sealed',
  }),
  needsSealing: () => true,
  parameters,
  open: openGithubApp,
};

interface Parts {
  readonly tools: EngineTools;
  readonly requests: Requests;
  readonly installations: Installations;
}

function openGithubApp(tools: EngineTools): OpenEngine<Parameters> {
  const requests = openRequests(tools);
  const parts: Parts = { tools, requests, installations: installations(requests, tools.host.clock) };
  const appOf = openApps(tools);
  return {
    prepare: (chosen) => prepareRole(parts, chosen, appOf(chosen)),
    revoke: (lease, signal) => revoke(parts, lease, signal),
  };
}

function prepareRole(parts: Parts, chosen: Parameters, app: RoleApp): PreparedRole {
  return {
    backend: toRecord(app.place),
    issue: async (mint) => {
      try {
        return await issue(parts, chosen, { app, mint });
      } catch (error) {
        throw nothingMade(error) ?? error;
      }
    },
    check: (signal) => checkRole({ ...parts, chosen, app, where: fixedWhere(chosen), signal }),
  };
}

/** What GitHub may have done all the same is not known to have failed. */
function nothingMade(error: unknown): MintFailed | undefined {
  if (error instanceof ParameterError) return new MintFailed(error.message);
  if (!(error instanceof GithubTrouble) || !error.undone) return undefined;
  return new MintFailed(error.message, { retryAfterSeconds: error.retryAfterSeconds });
}

interface Order {
  readonly app: RoleApp;
  readonly mint: Mint;
}

async function issue(parts: Parts, chosen: Parameters, { app, mint }: Order): Promise<Issued> {
  const job = chosen.repositories === 'from-claims' ? jobRepository(mint.claims, app.place.api) : undefined;
  const where = whereOf(chosen, job);
  const installation = await parts.installations.find(app, where, mint.signal);
  const narrowing = narrowingOf(chosen, job);
  const minted = await requestToken(parts, { app, mint, installation, narrowing, where });
  return {
    credentials: [
      {
        name: mint.role,
        kind: 'github-token',
        expiresAt: minted.expiresAt,
        fields: { token: minted.token, apiUrl: app.place.api },
      },
    ],
    credentialExpiresAt: minted.expiresAt,
    revokeData: minted.revokeData,
    revokeSecret: minted.token,
  };
}

interface TokenOrder extends Order {
  readonly installation: string;
  readonly narrowing: Narrowing;
  readonly where: Where;
}

async function requestToken(
  { requests, installations: known, tools }: Parts,
  { app, mint, installation, narrowing, where }: TokenOrder,
): Promise<MintedToken> {
  await app.jwt.current();
  // Nothing was sent yet. From here on it is waited for, whoever has given up.
  if (mint.signal.aborted) throw new GithubTrouble('nobody waits for the token', { undone: true });
  const answer = await requests.asApp(app.place, app, {
    method: 'POST',
    path: `/app/installations/${installation}/access_tokens`,
    body: narrowingBody(narrowing),
    ms: mintMs,
  });
  if (answer.status === 404) known.forget(app, where);
  return readToken(answer, {
    narrowing,
    installation,
    now: tools.host.clock.now(),
    expiresAt: mint.expiresAt,
  });
}

/** Where the installation is, as far as the role alone says it. */
function fixedWhere({ installation, owner }: Parameters): Where | undefined {
  if (installation !== undefined) return { id: installation };
  return owner === undefined ? undefined : { owner };
}

function whereOf(chosen: Parameters, job: JobRepository | undefined): Where {
  const where = fixedWhere(chosen) ?? (job && { repository: job.name, ownerId: job.ownerId });
  if (where === undefined) throw new Error('the role names no installation');
  return where;
}

function narrowingOf(chosen: Parameters, job: JobRepository | undefined): Narrowing {
  const { permissions, repositories, repository_ids: ids = [] } = chosen;
  if (job !== undefined) return { permissions, repositories: { ids: [job.id] } };
  return { permissions, repositories: Array.isArray(repositories) ? { names: repositories } : { ids } };
}

/** @throws when the token is not known to be dead */
async function revoke({ requests, tools }: Parts, lease: RevocableLease, signal: AbortSignal): Promise<void> {
  const { clock } = tools.host;
  for (let asked = 1; ; asked++) {
    const status = await dropToken(requests, lease, signal);
    if (status === 204) return;
    if (status !== 401)
      throw new GithubTrouble(`the token was not revoked (status ${String(status)})`, {
        undone: true,
        told: { reason: 'refused', code: `http-${String(status)}` },
      });
    // A token that GitHub does not take is none any more; unless it is none yet.
    if (!isNew(lease, clock.now())) {
      if (lease.revokeData['guessed'] === undefined) return;
      // What was read out of an answer that is none may never have been the token.
      throw new Unrevocable();
    }
    await clock.sleep(asked * 1000, signal);
  }
}

async function dropToken(
  requests: Requests,
  { revokeSecret, revokeData }: RevocableLease,
  signal: AbortSignal,
): Promise<number> {
  if (revokeSecret === undefined) throw new Unrevocable();
  const { status } = await requests.send(fromRecord(revokeData), {
    method: 'DELETE',
    path: '/installation/token',
    bearer: revokeSecret.reveal(),
    counted: `installation ${revokeData['installation'] ?? ''}`,
    ms: revokeMs,
    signal,
  });
  return status;
}

/** By clocks of two machines, maybe. */
function isNew({ revokeData }: RevocableLease, now: Date): boolean {
  return Math.abs(now.getTime() - Date.parse(revokeData['minted_at'] ?? '')) < newMs;
}

function toRecord({ api, networks, ca }: Place): Readonly<Record<string, string>> {
  return { api, networks, ...(ca !== undefined && { ca }) };
}

function fromRecord({ api, networks, ca }: Readonly<Record<string, string>>): Place {
  if (api === undefined) throw new Error('the lease does not say at which GitHub its token is');
  return { api, networks: networks === 'any' ? 'any' : 'public', ca };
}
