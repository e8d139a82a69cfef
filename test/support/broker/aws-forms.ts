/** Part of the FAKE of AWS: the limits that AWS documents for what it is sent. */
/** What AWS refuses, with its code. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

/** What STS was asked for. */
export interface AskedSession {
  readonly action: string;
  readonly name: string;
  readonly seconds: number;
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  readonly tags: readonly (readonly [string, string])[];
  readonly transitive: readonly string[];
  readonly externalId: string | undefined;
  readonly sourceIdentity: string | undefined;
}

/** @throws Refused */
export function aboutSession(
  form: URLSearchParams,
  { chained, maxSeconds }: { readonly chained: boolean; readonly maxSeconds: number },
): AskedSession {
  const members = (prefix: string, end: string): string[] =>
    [...form].filter(([name]) => name.startsWith(prefix) && name.endsWith(end)).map(([, value]) => value);
  const keys = members('Tags.member.', '.Key');
  const values = members('Tags.member.', '.Value');
  const asked: AskedSession = {
    action: form.get('Action') ?? '',
    name: form.get('RoleSessionName') ?? '',
    seconds: Number(form.get('DurationSeconds') ?? 3600),
    policy: form.get('Policy') ?? undefined,
    policyArns: members('PolicyArns.member.', '.arn'),
    tags: keys.map((key, index) => [key, values[index] ?? ''] as const),
    transitive: members('TransitiveTagKeys.member.', ''),
    externalId: form.get('ExternalId') ?? undefined,
    sourceIdentity: form.get('SourceIdentity') ?? undefined,
  };
  const { seconds, policy, tags, sourceIdentity = 'none' } = asked;
  const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const sound =
    form.get('Version') === '2011-06-15' &&
    ['AssumeRole', 'AssumeRoleWithWebIdentity'].includes(asked.action) &&
    /^[\w+=,.@-]{2,64}$/.test(asked.name) &&
    seconds >= 900 &&
    seconds <= (chained ? Math.min(3600, maxSeconds) : maxSeconds) &&
    (policy === undefined || policy.length <= 2048) &&
    tags.length <= 50 &&
    new Set(tags.map(([key]) => key.toLowerCase())).size === tags.length &&
    tags.every(([key, value]) => tagText.test(key + value) && key.length <= 128 && value.length <= 256) &&
    asked.transitive.every((key) => keys.includes(key)) &&
    /^[\w+=,.@-]{2,64}$/.test(sourceIdentity);
  if (!sound) throw new Refused(400, 'ValidationError');
  if (policy !== undefined) aboutPolicy(policy);
  return asked;
}

/** @throws Refused */
export function aboutPolicy(document: string): string {
  try {
    JSON.parse(document);
    return document;
  } catch {
    throw new Refused(400, 'MalformedPolicyDocument');
  }
}
