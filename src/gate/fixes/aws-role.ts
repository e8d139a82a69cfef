import type { Job } from '../files/file.ts';
import type { PlainMap } from './change.ts';
import type { Asked, LentRole, Wish } from './fix.ts';
import { ofBroker, variable } from './lend.ts';
import { roleName, stemOf } from './role-name.ts';

/** Inputs of our action for a session of AWS, and what has to be there for it. */
export interface AwsLoan {
  readonly inputs: PlainMap;
  readonly lends?: LentRole;
  readonly reads: readonly Asked[];
  readonly before: readonly string[];
}

/** @param region as it is written; undefined where nothing says one */
export function awsLoan(
  wish: Wish,
  job: Job,
  {
    secret,
    region,
    arn,
    ecr,
  }: {
    readonly secret: string;
    readonly region: string | undefined;
    readonly arn?: string | undefined;
    /** Of a login to a registry. */
    readonly ecr?: PlainMap;
  },
): AwsLoan {
  const stem = stemOf(secret, /ACCESS_?KEY(_?ID)?|KEY_?ID|ACCESS_?ID/);
  const arnName = `${stem}_ROLE_ARN`;
  const role = arn ?? variable(wish, arnName);
  if (wish.to === 'broker') {
    const name = `${roleName(wish, job, stem)}${ecr === undefined ? '' : '-ecr'}`;
    const settings = {
      engine: 'aws',
      role_arn: role.includes('${{') ? 'arn:aws:iam::ACCOUNT:role/NAME' : role,
      region: region === undefined || region.includes('${{') ? 'REGION' : region,
      ...(ecr === undefined ? {} : { ecr }),
      ttl: { default: '15m', max: '15m' },
    };
    const same =
      region?.includes('${{') === true ? [`The region of \`${name}\` is what \`${region}\` says today.`] : [];
    const made = `Make a role in AWS that the broker may assume, with what \`${secret}\` may do today and this job needs.`;
    return {
      inputs: ofBroker(wish, name),
      lends: { role: name, access: 'write', settings },
      reads: [],
      before: [made, ...same],
    };
  }
  const place = region ?? variable(wish, 'AWS_REGION');
  return {
    inputs: { provider: 'aws', role, region: place },
    reads: [
      ...(arn === undefined
        ? [{ name: arnName, what: `the ARN of the role that job \`${job.name}\` takes` }]
        : []),
      ...(region === undefined ? [{ name: 'AWS_REGION', what: 'the region' }] : []),
    ],
    before: [
      `Make GitHub an OIDC provider of the AWS account (once), with the audience \`sts.amazonaws.com\`, and a role that trusts ${subject(job)} and may do what \`${secret}\` may do today and this job needs.`,
    ],
  };
}

/** Whom a trust policy of a cloud names. */
export function subject({ environment }: Job): string {
  return environment === undefined
    ? 'this repository’s branch (or, better, an environment that you give the job)'
    : `this repository’s environment \`${environment.name}\``;
}
