/** Requests as the store gets them, each with a proof, a token, a session and a lease of its own. */
import { randomUUID } from 'node:crypto';
import type { Origin } from '../../../src/broker/domain/origin.ts';
import type { Deferral, NewLease, OpeningByToken } from '../../../src/broker/store/session-requests.ts';
import type { Store } from '../../../src/broker/store/store.ts';

const start = Date.parse('2026-11-20T12:00:00Z');
export const at = (seconds: number): Date => new Date(start + seconds * 1000);

export const octocat: Origin = {
  repository: 'octo-org/octo-repo',
  repositoryId: '456789',
  actor: 'octocat',
  commit: 'c0ffee',
};

export interface Differing {
  readonly origin?: Partial<Origin>;
  readonly issuer?: string;
  readonly roles?: readonly string[];
  readonly policyId?: string;
  readonly engine?: string;
  readonly atSeconds?: number;
  /** What is remembered of the claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

function newLease(role: string, { policyId = 'p', engine = 'jwt', atSeconds = 0 }: Differing): NewLease {
  return {
    id: `lse_${randomUUID()}`,
    role,
    engine,
    revocability: 'immediate',
    policyId,
    policyVersion: 'sha256:0',
    expiresAt: at(atSeconds + 900),
    heartbeatSeconds: 0,
    credentialExpiresAt: at(atSeconds + 900),
    revokeData: {},
  };
}

/** A job that has never asked before. */
export function newOpening(differing: Differing = {}): OpeningByToken {
  const { origin, issuer = 'https://issuer.example.com', roles = ['deploy'], atSeconds = 0 } = differing;
  const id = randomUUID();
  return {
    proof: { key: `proof-${id}`, expiresAt: at(atSeconds + 300) },
    token: {
      issuedAt: at(0),
      key: `token-${id}`,
      expiresAt: at(atSeconds + 300),
      singleUse: true,
      onReplay: 'alarm',
    },
    thumbprint: `key-${id}`,
    issuer,
    job: { key: `job-${id}`, level: 'job' },
    handleHash: `handle-${id}`,
    detailsHash: 'details',
    session: {
      id: `ses_${id}`,
      accessTokenHash: `access-${id}`,
      accessUntil: at(atSeconds + 900),
      expiresAt: at(atSeconds + 3600),
      claims: JSON.stringify({ claims: differing.claims ?? {}, tokenHash: 'hash' }),
      origin: { ...octocat, ...origin },
      tokenKey: `token-${id}`,
      tokenExpiresAt: at(atSeconds + 300),
    },
    leases: roles.map((role) => newLease(role, differing)),
    limits: {
      sessionMaxSeconds: 3600,
      issuesPerJob: 5,
      parallelSessions: 1,
      maxKeysPerJob: Infinity,
      onExcess: 'deny',
    },
    caps: new Map(),
    now: at(atSeconds),
  };
}

/** The mints of these leases as they are told to the store. */
export function mintsOf(leases: readonly NewLease[]): Parameters<Store['activate']>[0] {
  return leases.map(({ id, credentialExpiresAt }) => ({ id, credentialExpiresAt, revokeData: {} }));
}

/** Opens a session and has its leases active. @returns what was asked */
export async function lend(store: Store, differing: Differing = {}): Promise<OpeningByToken> {
  const opening = newOpening(differing);
  const { kind } = await store.openSession(opening);
  if (kind !== 'opened') throw new Error(kind);
  await store.activate(mintsOf(opening.leases), opening.now);
  return opening;
}

/** The same for a request that has to be approved first. */
export function newDeferral(differing: Differing = {}): Deferral {
  const { session, leases, ...asked } = newOpening(differing);
  const { claims, origin, tokenKey, tokenExpiresAt } = session;
  const waiting = { id: session.id.replace('ses', 'txn'), asked: '{}', claims, origin };
  return {
    ...asked,
    roles: leases.map(({ role }) => role),
    waiting: { ...waiting, tokenKey, tokenExpiresAt, expiresAt: at(900) },
  };
}
