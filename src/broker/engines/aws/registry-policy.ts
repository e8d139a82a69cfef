import { z } from 'zod';
import { fullMatch } from '../../../domain/pattern.ts';
import { named, text } from '../../../domain/yaml-values.ts';
import { partitionOf } from './partition.ts';

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html; dual-stack names: …/ecr-requests.html
const hosts =
  /(\d{12})\.dkr(?:\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?|-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn))/;

const repository = named(
  /[a-z0-9][a-z0-9._/-]{0,255}\*?/,
  'write the name of a repository, or the beginning of names and *',
);

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const push = ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];

/** A login to a private registry of Amazon ECR in place of the session itself. */
export const registryLogin = z
  .strictObject({
    registry: text,
    repositories: z.array(repository).min(1).max(10),
    access: z.enum(['pull', 'push']).default('pull'),
  })
  .transform((written, context) => {
    const place = readRegistry(written.registry);
    if (place !== undefined) return { ...written, ...place };
    context.addIssue({
      code: 'custom',
      path: ['registry'],
      message: 'write the host of a private registry: 123456789012.dkr.ecr.eu-central-1.amazonaws.com',
    });
    return z.NEVER;
  });

export type RegistryLogin = z.output<typeof registryLogin>;

function readRegistry(host: string): { readonly account: string; readonly region: string } | undefined {
  if (!fullMatch(hosts, host)) return undefined;
  const [, account = '', usual, dual] = hosts.exec(host) ?? [];
  const region = usual ?? dual ?? '';
  return host.endsWith('.cn') === (partitionOf(region) === 'aws-cn') ? { account, region } : undefined;
}

/**
 * The session policy of a lease: these repositories, and nothing after its end. A registry's token lives for twelve
 * hours; what it may do is what the session may that fetched it.
 */
export function registryPolicy(
  { account, region, repositories, access }: RegistryLogin,
  until: Date,
): string {
  const arn = `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/`;
  const Condition = { DateLessThan: { 'aws:CurrentTime': until.toISOString().replace(/\.\d+Z$/, 'Z') } };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*', Condition },
      {
        Effect: 'Allow',
        Action: access === 'push' ? [...pull, ...push] : pull,
        Resource: repositories.map((name) => `${arn}${name}`),
        Condition,
      },
    ],
  });
}
