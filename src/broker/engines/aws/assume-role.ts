import { Secret } from '../../../domain/secret.ts';
import { BackendTrouble, type Mint } from '../engine.ts';
import type { Parameters } from './parameters.ts';
import { sessionArn, type RoleName } from './partition.ts';
import { sessionTags, sourceIdentity } from './session-tags.ts';
import type { AssumedRole, AssumeRole } from './sts.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, DurationSeconds */
export const shortestSeconds = 900;
/** How far AWS's clock and ours may be apart. */
const skewMs = 300_000;

export interface Session {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret;
  readonly expiresAt: Date;
}

/**
 * What STS is asked for a lease. The session outlives it by no more than the mint itself takes.
 * @param policy the session policy, JSON
 * @throws UnfitClaim
 */
export function roleOrder(
  role: Parameters,
  mint: Mint,
  { policy, now }: { readonly policy: string | undefined; readonly now: Date },
): AssumeRole {
  const { role_arn: asked, policy_arns: arns, external_id: externalId, source_identity: identity } = role;
  const tags = sessionTags(role.tags ?? {}, mint.claims);
  const seconds = Math.ceil((mint.expiresAt.getTime() - now.getTime()) / 1000);
  return {
    RoleArn: asked.arn,
    RoleSessionName: mint.backendName,
    DurationSeconds: Math.max(shortestSeconds, seconds),
    ...(policy !== undefined && { Policy: policy }),
    ...(arns && { PolicyArns: arns.map((arn) => ({ arn })) }),
    ...(tags.length > 0 && { Tags: tags }),
    ...(role.transitive_tags && { TransitiveTagKeys: role.transitive_tags }),
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(identity && { SourceIdentity: sourceIdentity(identity, mint.claims) }),
  };
}

/**
 * The session of an answer, if it is the one that was asked for.
 * @throws BackendTrouble
 */
export function readSession(
  answer: AssumedRole,
  order: AssumeRole,
  { role, now }: { readonly role: RoleName; readonly now: Date },
): Session {
  const { Credentials: found, AssumedRoleUser: user } = answer;
  if (user?.Arn !== sessionArn(role, order.RoleSessionName ?? ''))
    throw new BackendTrouble(
      'AWS: the answer is a session of another account, role or lease than was asked for',
    );
  const { AccessKeyId: id, SecretAccessKey: key, SessionToken: token, Expiration: expiresAt } = found ?? {};
  if (!id || !key || !token || !expiresAt) throw new BackendTrouble('AWS: an answer without credentials');
  const asked = now.getTime() + (order.DurationSeconds ?? 0) * 1000;
  if (!(Math.abs(expiresAt.getTime() - asked) <= skewMs))
    throw new BackendTrouble(
      'AWS: the session ends at another time than was asked for; set the clock of this machine',
    );
  return {
    accessKeyId: new Secret(id),
    secretAccessKey: new Secret(key),
    sessionToken: new Secret(token),
    expiresAt,
  };
}
