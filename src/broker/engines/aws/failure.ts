import { fullMatch } from '../../../domain/pattern.ts';
import { isObject, member } from '../../../protocol/json.ts';
import { BackendFailure, type FailureReason } from '../../domain/backend-failure.ts';
import { BackendTrouble } from '../engine.ts';

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html, API_AssumeRole.html#API_AssumeRole_Errors
const meanings: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'this machine has no identity at AWS; give it one, or write credentials or web_identity',
  ExpiredToken: 'the broker’s own credentials have expired',
  ExpiredTokenException: 'the broker’s own credentials or ID token have expired',
  InvalidClientTokenId: 'AWS does not know the broker’s access key',
  LimitExceeded: 'the role’s inline policies are full',
  MalformedPolicyDocument: 'AWS does not take the session policy',
  NoSuchEntity: 'there is no such role',
  PackedPolicyTooLarge: 'session policy and tags are too large together',
  RegionDisabled: 'the region is not enabled for STS in the account',
  SignatureDoesNotMatch: 'the secret key is wrong, or the clock of this machine is',
  Throttling: 'AWS answers no more requests just now',
  TimeoutError: 'AWS did not answer',
  ValidationError: 'AWS does not take the request: is the role’s maximum session duration shorter?',
};

/** What each thing that the broker does needs: what to look at when AWS denies it. */
const rights = {
  'assuming the role':
    'the broker’s identity needs sts:AssumeRole, in its own policy and in the role’s trust policy; with tags sts:TagSession, with a source identity sts:SetSourceIdentity; is the external id right?',
  'asking who the broker is': 'a policy denies it to the broker’s identity',
  'taking on the broker’s own role with its ID token':
    'its trust policy does not want this token: look at issuer, audience and sub',
  'fetching a token for the registry': 'the role needs ecr:GetAuthorizationToken',
  'denying the session': 'the broker’s identity needs iam:PutRolePolicy on the role',
  'listing the inline policies of the role': 'the broker’s identity needs iam:ListRolePolicies on the role',
  'reading an inline policy of the role': 'the broker’s identity needs iam:GetRolePolicy on the role',
  'removing an inline policy of the role': 'the broker’s identity needs iam:DeleteRolePolicy on the role',
};

/**
 * What an operator may know of a failure: AWS's code and request id. Its messages name ARNs and quote what was sent,
 * and are not passed on.
 */
export function failure(doing: keyof typeof rights, error: unknown): BackendTrouble {
  if (error instanceof BackendTrouble) return error;
  const code = codeOf(error);
  const plain = code.replace(/Exception$/, '');
  const meaning = plain === 'AccessDenied' ? rights[doing] : (meanings[code] ?? meanings[plain]);
  const id = requestId(error);
  const details = [
    meaning === undefined ? code : `${code}: ${meaning}`,
    ...(id === undefined ? [] : [`request ${id}`]),
  ];
  const text = `AWS: ${doing} failed (${details.join('; ')})`;
  return new BackendTrouble(text, {
    cause: new BackendFailure(text, {
      reason: reasonOf(plain, error),
      ...(meaning !== undefined && { code: plain }),
    }),
  });
}

function reasonOf(code: string, error: unknown): FailureReason {
  if (code === 'TimeoutError') return 'timeout';
  if (code === 'no answer' || code.startsWith('Transport.')) return 'unreachable';
  if (code === 'CredentialsProviderError') return 'settings';
  if (['Throttling', 'TooManyRequests', 'LimitExceeded', 'ConcurrentModification'].includes(code))
    return 'busy';
  return wasRefused(error) ? 'refused' : 'failed';
}

/** AWS's code for what is wrong; `no answer` where there is none. */
export function codeOf(error: unknown): string {
  const name: unknown = isObject(error) ? (member(error, 'Code') ?? error['name']) : undefined;
  return typeof name === 'string' && name !== 'Error' && fullMatch(/[A-Za-z0-9.]{1,80}/, name)
    ? name
    : 'no answer';
}

/** AWS said no to the last attempt: that one did nothing, and will do nothing. */
export function wasRefused(error: unknown): boolean {
  const status = told(error)['httpStatusCode'];
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** How often AWS was asked; undefined when nobody knows. */
export function attemptsOf(error: unknown): number | undefined {
  const { attempts } = told(error);
  return typeof attempts === 'number' ? attempts : undefined;
}

function requestId(error: unknown): string | undefined {
  const { requestId: id } = told(error);
  return typeof id === 'string' && fullMatch(/[\w-]{1,80}/, id) ? id : undefined;
}

/** What the SDK tells about a failure besides its kind. */
function told(error: unknown): Readonly<Record<string, unknown>> {
  return isObject(error) && isObject(error['$metadata']) ? error['$metadata'] : {};
}
