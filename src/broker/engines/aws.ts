import { backendName } from '../domain/lease-record.ts';
import { denied } from '../domain/refusal.ts';
import type { CredentialOf } from '../../domain/credential.ts';
import { readSession, roleOrder, shortestSeconds, type Session } from './aws/assume-role.ts';
import { denySessions, type DenySessions } from './aws/deny-sessions.ts';
import { elsewhere, inlinePolicies } from './aws/inline-policies.ts';
import { chained, parameters, placeOf, type Parameters } from './aws/parameters.ts';
import { fromRecord, reachesRole, toRecord, type Denial, type Place } from './aws/place.ts';
import { registryPolicy } from './aws/registry-policy.ts';
import { registryToken } from './aws/registry-token.ts';
import { UnfitClaim } from './aws/session-tags.ts';
import { openSts, type Sts } from './aws/sts.ts';
import {
  BackendTrouble,
  ParameterError,
  type Engine,
  type EngineTools,
  type Issued,
  type Mint,
  type PreparedRole,
  type Promises,
} from './engine.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html, Role chaining
const chainedSeconds = 3600;
const longestSeconds = 43_200;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_AuthorizationData.html */
const registryTokenSeconds = 43_200;
/** A session may begin and end a little later than the lease: the mint's own time, and clocks that differ. */
const marginMs = 420_000;

/**
 * Sessions of an IAM role, named after the lease, with tags and source identity from the ID token's claims; or a login
 * to a registry of Amazon ECR with such a session's rights.
 */
export const aws: Engine<Parameters> = {
  name: 'aws',
  promises: promisesOf,
  parameters,
  open: (tools) => {
    const denials = new Map<string, DenySessions>();
    const denialOf = (denial: Denial): DenySessions => {
      const key = JSON.stringify([denial.role.arn, denial.place, denial.through]);
      const found = denials.get(key) ?? denySessions(inlinePolicies(denial, tools), tools.host.clock);
      denials.set(key, found);
      return found;
    };
    return {
      prepare: (role) => prepareRole(role, tools),
      revoke: async (lease) => {
        if (lease.revokeData['deny'] === undefined) throw new Error('a session of AWS cannot be revoked');
        const denial = fromRecord(lease);
        const lives = (denial.livesSeconds ?? 0) * 1000;
        const ends = [
          lease.credentialExpiresAt.getTime(),
          lease.expiresAt.getTime(),
          lease.createdAt.getTime() + lives,
        ];
        const until = Math.max(...ends) + marginMs;
        if (until < tools.host.clock.now().getTime()) return;
        await denialOf(denial).deny({ sessionName: backendName(lease.id), until });
      },
      close: () => {
        for (const each of denials.values()) each.close();
        return Promise.resolve();
      },
    };
  },
};

function promisesOf(role: Parameters): Promises {
  const deniable = role.revocation !== undefined;
  return {
    minTtlSeconds: shortestSeconds,
    maxTtlSeconds: chained(role) ? chainedSeconds : longestSeconds,
    revocability: deniable ? 'policy' : 'expiry-only',
    revocation: deniable
      ? 'an inline policy of the role denies everything to the session'
      : 'impossible; the session expires',
  };
}

function prepareRole(role: Parameters, tools: EngineTools): PreparedRole {
  const place = placeOf(role);
  checkReferences(role, tools);
  checkClaims(role, tools);
  const sts = openSts(place, tools);
  const { revocation, ecr } = role;
  const denial: Denial = {
    role: role.role_arn,
    place,
    through: revocation?.through?.arn,
    livesSeconds: ecr && registryTokenSeconds,
  };
  return {
    backend: { ...toRecord(denial), ...(revocation && { deny: 'policy' }) },
    // AWS does not say whether a registry's token ends with the session that fetched it.
    ...(revocation && ecr && { lingers: true }),
    issue: (mint) => issue({ role, place, tools, sts }, mint),
    check: async (signal) => {
      const own = await sts.ownAccount(signal);
      if (!revocation) return;
      if (!reachesRole(denial, own)) throw new BackendTrouble(`AWS: ${elsewhere}`);
      if ((await inlinePolicies(denial, tools).names(signal)) === undefined)
        throw new BackendTrouble('AWS: there is no such role');
    },
  };
}

interface Parts {
  readonly role: Parameters;
  readonly place: Place;
  readonly tools: EngineTools;
  readonly sts: Sts;
}

async function issue({ role, place, tools, sts }: Parts, mint: Mint): Promise<Issued> {
  const { ecr, role_arn: asked } = role;
  const now = tools.host.clock.now();
  const policy = ecr ? registryPolicy(ecr, mint.expiresAt) : role.policy;
  const order = orderOf(() => roleOrder(role, mint, { policy, now }));
  const session = readSession(await sts.assumeRole(order, mint.signal), order, { role: asked, now });
  if (ecr === undefined) return issued(sessionCredential(session, mint, role));
  const { username, password } = await registryToken({ place, tools }, session, mint.signal);
  const { expiresAt, role: name } = mint;
  // The token lives on, and may do nothing: the policy's own condition ends what it is good for.
  return issued({
    name,
    kind: 'registry-login',
    expiresAt,
    fields: { registry: ecr.registry, username, password },
  });
}

/** A job whose claims do not fit is none to which the role can be lent: nothing is asked of AWS. */
function orderOf<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof UnfitClaim ? denied(error) : error;
  }
}

function issued(credential: Issued['credentials'][number]): Issued {
  return { credentials: [credential], credentialExpiresAt: credential.expiresAt, revokeData: {} };
}

function sessionCredential(
  session: Session,
  { role }: Mint,
  { region, role_arn: { account } }: Parameters,
): CredentialOf<'aws-session'> {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session;
  return {
    name: role,
    kind: 'aws-session',
    expiresAt,
    fields: { accessKeyId, secretAccessKey, sessionToken, region, account },
  };
}

/** A claim that nobody tells would fail every mint. */
function checkClaims(
  { tags = {}, source_identity: identity }: Parameters,
  { tellsClaim }: EngineTools,
): void {
  const named: [string[], string][] = Object.entries(tags).map(([key, { claim }]) => [['tags', key], claim]);
  if (identity !== undefined) named.push([['source_identity'], identity.claim]);
  for (const [path, claim] of named)
    if (!tellsClaim(claim))
      throw new ParameterError(path, `no issuer of this broker tells the claim ${claim}`);
}

/** What is missing stops the broker from starting, not a job from running. */
function checkReferences({ credentials, web_identity: web }: Parameters, { secret }: EngineTools): void {
  const named: [string, string | undefined][] = [
    ...Object.entries(credentials ?? {}).map(([, value]): [string, string | undefined] => [
      'credentials',
      value,
    ]),
    ['web_identity', web?.token],
  ];
  for (const [parameter, reference] of named) {
    if (reference === undefined) continue;
    try {
      secret(reference);
    } catch (error) {
      throw error instanceof ParameterError ? new ParameterError(parameter, error.message) : error;
    }
  }
}
