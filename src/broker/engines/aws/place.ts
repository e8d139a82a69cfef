import type { RevocableLease } from '../../domain/lease-record.ts';
import { isObject } from '../../../protocol/json.ts';
import { readRoleArn, type RoleName } from './partition.ts';

export type Service = 'sts' | 'iam' | 'ecr';

/** As whom the broker asks; secrets by reference. Undefined in a place: the SDK's own chain. */
export type Identity =
  | {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string | undefined;
    }
  | { readonly roleArn: string; readonly token: string };

/** Where AWS is asked, and as whom. Nothing secret: a lease remembers it, so that it can be revoked when its role is gone. */
export interface Place {
  readonly region: string;
  readonly endpoints: Readonly<Partial<Record<Service, string | undefined>>>;
  readonly fips?: boolean | undefined;
  readonly dualStack?: boolean | undefined;
  readonly identity?: Identity | undefined;
}

/**
 * IAM takes a role's name alone, and looks for it in the account of who asks: in another it would find another role, or
 * none, and the session would live on.
 * @param own the account of the broker's own identity
 */
export function reachesRole({ role, through }: Denial, own: string | undefined): boolean {
  return (through === undefined ? own : readRoleArn(through)?.account) === role.account;
}

/** What revoking a lease of a role needs. */
export interface Denial {
  readonly role: RoleName;
  readonly place: Place;
  /** The role through which the broker writes the policy; undefined: as itself. */
  readonly through?: string | undefined;
  /** The credential may be good for so long after the mint, whatever it says; undefined: it says it. */
  readonly livesSeconds?: number | undefined;
}

export function toRecord({ role, place, through, livesSeconds }: Denial): Readonly<Record<string, string>> {
  return {
    role_arn: role.arn,
    place: JSON.stringify(place),
    ...(through !== undefined && { through }),
    ...(livesSeconds !== undefined && { lives: String(livesSeconds) }),
  };
}

/** @throws Error when the lease does not say where its session is */
export function fromRecord({ revokeData }: RevocableLease): Denial {
  const { role_arn: arn = '', place = '', through, lives } = revokeData;
  const role = readRoleArn(arn);
  const read: unknown = JSON.parse(place === '' ? 'null' : place);
  if (role === undefined || !isObject(read))
    throw new Error('the lease does not say of which role its session is');
  return {
    role,
    place: read as unknown as Place,
    through,
    livesSeconds: lives === undefined ? undefined : Number(lives),
  };
}
