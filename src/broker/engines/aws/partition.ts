import { fullMatch } from '../../../domain/pattern.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html: the partitions that this engine knows. */
export type Partition = (typeof partitions)[number];

export const partitions = ['aws', 'aws-cn', 'aws-us-gov'] as const;

/** Hosts of a partition end so; `api.aws` and its sisters are the dual-stack names. */
const domains: Readonly<Record<Partition, readonly string[]>> = {
  aws: ['.amazonaws.com', '.api.aws', '.on.aws'],
  'aws-cn': ['.amazonaws.com.cn', '.api.amazonwebservices.com.cn', '.on.amazonwebservices.com.cn'],
  'aws-us-gov': ['.amazonaws.com', '.api.aws', '.on.aws'],
};

/** An IAM role, as its ARN names it. */
export interface RoleName {
  readonly arn: string;
  readonly partition: Partition;
  readonly account: string;
  /** Without its path: sessions do not have it in their names. */
  readonly name: string;
}

// A path is 512 characters at most, a name 64: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
const arnPattern =
  /arn:(aws|aws-cn|aws-us-gov):iam::(\d{12}):role\/((?:[\u0021-\u007e]{1,510}\/)?)([\w+=,.@-]{1,64})/;

/** @returns undefined when the text names no role */
export function readRoleArn(arn: string): RoleName | undefined {
  if (!fullMatch(arnPattern, arn)) return undefined;
  const [, partition, account = '', , name = ''] = arnPattern.exec(arn) ?? [];
  const known = partitions.find((each) => each === partition);
  return known && { arn, partition: known, account, name };
}

/** The ARN that a session of the role has, under which AWS logs and judges it. */
export function sessionArn({ partition, account, name }: RoleName, sessionName: string): string {
  return `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`;
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html: regions of a partition share a prefix. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/**
 * Whether an endpoint can be one of the region's. A host that is not AWS's own (a stand-in, a name inside a VPC) says
 * nothing, and may be.
 */
export function mayServe(endpoint: URL, region: string): boolean {
  const host = endpoint.hostname;
  const homes = partitions.filter((each) => domains[each].some((domain) => host.endsWith(domain)));
  if (homes.length === 0) return true;
  const named = host
    .split('.')
    .find((label) => fullMatch(/(?:cn|us-gov)-[a-z]+-\d+|[a-z]{2}(?:-[a-z]+)+-\d+/, label));
  return homes.includes(partitionOf(region)) && (named === undefined || named === region);
}
