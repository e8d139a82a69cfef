import { fullMatch } from '../domain/pattern.ts';
import type { AssumeRole, ChainedRole } from '../protocol/assume-role.ts';
import { isObject } from '../protocol/json.ts';
import { readList, readPairs, readText, refuseParam, type Params } from './param-values.ts';

/** What narrows a session (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session). */
export type SessionLimits = Pick<AssumeRole, 'policy' | 'policyArns'>;

/** What only a chained session is asked with. */
export type ChainedExtras = Omit<ChainedRole, keyof AssumeRole>;

/** Names of those parameters. */
export const chainedParams = ['tags', 'transitive-tags', 'external-id', 'source-identity'] as const;

const longestPolicy = 2048;
const mostPolicies = 10;
const mostTags = 50;
const tagText = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u;

/** @throws CredsError `input-invalid` */
export function readSessionLimits(params: Params, partition: string): SessionLimits {
  const policy = readPolicy(params);
  const policyArns = readList(params, 'policy-arns');
  const arn = new RegExp(`arn:${partition}:iam::(\\d{12}|aws):policy/[\\u0021-\\u007e]{1,512}`);
  if (policyArns.length > mostPolicies || !policyArns.every((each) => fullMatch(arn, each)))
    throw refuseParam(
      'policy-arns',
      `must be up to 10 ARNs of managed policies, such as arn:${partition}:iam::aws:policy/ReadOnlyAccess`,
    );
  return { policy, policyArns };
}

/** YAML, or the JSON as it stands in IAM. */
function readPolicy({ policy }: Params): string | undefined {
  if (policy === undefined) return undefined;
  const document = typeof policy === 'string' ? parsed(policy) : policy;
  if (!isObject(document) || document['Statement'] === undefined)
    throw refuseParam('policy', 'must be an IAM policy: an object with a `Statement`');
  const text = JSON.stringify(document);
  if (!fullMatch(/[\u0020-\u00ff]+/, text))
    throw refuseParam('policy', 'has characters that AWS does not take');
  if (text.length > longestPolicy)
    throw refuseParam('policy', `must be at most 2048 characters of JSON; it has ${String(text.length)}`);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html @throws CredsError `input-invalid` */
export function readChainedExtras(params: Params): ChainedExtras {
  const tags = readTags(params);
  const transitiveTags = readList(params, 'transitive-tags');
  if (!transitiveTags.every((name) => tags.some(([each]) => each === name)))
    throw refuseParam('transitive-tags', 'names a tag that `tags` does not have');
  const externalId = readText(params, 'external-id');
  if (externalId !== undefined && !fullMatch(/[\w+=,.@:/-]{2,1224}/, externalId))
    throw refuseParam('external-id', 'must be 2 to 1224 letters, digits and _ + = , . @ : / -');
  const sourceIdentity = readText(params, 'source-identity');
  if (sourceIdentity !== undefined && !fullMatch(/(?!aws:)[\w+=,.@-]{2,64}/, sourceIdentity))
    throw refuseParam('source-identity', 'must be 2 to 64 letters, digits and _ + = , . @ -');
  return { tags, transitiveTags, externalId, sourceIdentity };
}

function readTags(params: Params): [string, string][] {
  const tags = readPairs(params, 'tags');
  const names = new Set(tags.map(([name]) => name.toLowerCase()));
  if (tags.length > mostTags || names.size !== tags.length)
    throw refuseParam('tags', 'must be at most 50, and no name twice, whatever its capital letters');
  for (const [name, value] of tags) {
    if (name === '' || name.length > 128 || value.length > 256 || /^aws:/i.test(name))
      throw refuseParam(
        'tags',
        'must have names of 1 to 128 characters, not from `aws:`, and values of up to 256',
      );
    if (!fullMatch(tagText, name + value))
      throw refuseParam('tags', 'may hold letters, digits, spaces and _ . : / = + - @');
  }
  return tags;
}
