// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { asksToRetry, retryAfterSeconds } from './http.ts';

/** What a session is asked for with, whoever asks. */
export interface AssumeRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly seconds: number;
  /** JSON: what of the role’s rights is left in this session. */
  readonly policy?: string | undefined;
  /** Managed policies, for the same. */
  readonly policyArns?: readonly string[];
}

/** What only a session may ask for another with: a web identity brings such things in the ID token. */
export interface ChainedRole extends AssumeRole {
  readonly tags?: readonly (readonly [name: string, value: string])[];
  /** Names of those tags that go on to sessions that are made from this one. */
  readonly transitiveTags?: readonly string[];
  readonly externalId?: string | undefined;
  readonly sourceIdentity?: string | undefined;
}

/** What it gives. */
export interface StsSession {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret;
  readonly expiresAt: Date;
  /** Of the assumed role, with account, role and session name in it; undefined where it is not told just once. */
  readonly arn: string | undefined;
  readonly sourceIdentity: string | undefined;
}

/** The form of AssumeRoleWithWebIdentity; it is not signed. */
export function webIdentityForm(asked: AssumeRole, idToken: string): string {
  const form = sessionForm('AssumeRoleWithWebIdentity', asked);
  form.set('WebIdentityToken', idToken);
  return form.toString();
}

/** The form of AssumeRole (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html); it is signed. */
export function chainedForm(asked: ChainedRole): string {
  const { tags = [], transitiveTags = [], externalId, sourceIdentity } = asked;
  const form = sessionForm('AssumeRole', asked);
  tags.forEach(([name, value], index) => {
    form.set(`Tags.member.${String(index + 1)}.Key`, name);
    form.set(`Tags.member.${String(index + 1)}.Value`, value);
  });
  transitiveTags.forEach((name, index) => {
    form.set(`TransitiveTagKeys.member.${String(index + 1)}`, name);
  });
  if (externalId !== undefined) form.set('ExternalId', externalId);
  if (sourceIdentity !== undefined) form.set('SourceIdentity', sourceIdentity);
  return form.toString();
}

function sessionForm(action: string, asked: AssumeRole): URLSearchParams {
  const { roleArn, sessionName, seconds, policy, policyArns = [] } = asked;
  const form = new URLSearchParams({
    Action: action,
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(seconds),
  });
  if (policy !== undefined) form.set('Policy', policy);
  policyArns.forEach((arn, index) => {
    form.set(`PolicyArns.member.${String(index + 1)}.arn`, arn);
  });
  return form;
}

/** Reads the XML of a 200 answer. @throws CredsError `answer-invalid` when the session is not complete */
export function readSession(answer: HttpAnswer): StsSession {
  const xml = new TextDecoder().decode(answer.body);
  const [accessKeyId, secretAccessKey, sessionToken, expiration, arn, sourceIdentity] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
    'Arn',
    'SourceIdentity',
  ].map((name) => element(xml, name));
  const expiresAt = new Date(expiration ?? NaN);
  if (!accessKeyId || !secretAccessKey || !sessionToken || isNaN(expiresAt.getTime())) {
    throw new CredsError('answer-invalid', 'STS sent an answer without a complete session.');
  }
  return {
    accessKeyId: new Secret(accessKeyId),
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: new Secret(sessionToken),
    expiresAt,
    arn,
    sourceIdentity,
  };
}

/** The text of the one element of that name; undefined when there is none or more than one. */
function element(xml: string, name: string): string | undefined {
  const found = [...xml.matchAll(new RegExp(`<${name}>([^<>]{1,16384})</${name}>`, 'g'))];
  const text = found.length === 1 ? found[0]?.[1] : undefined;
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text?.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? '');
}

type Meaning = readonly [code: CredsError['code'], text: string, hint?: string];

/** What STS's error codes mean (AWS STS API Reference, Errors and Common Error Types). */
const meanings: Readonly<Record<string, Meaning>> = {
  AccessDenied: ['policy-denied', 'the role’s trust policy does not let this job assume it'],
  InvalidIdentityToken: [
    'identity-refused',
    'the account has no OIDC provider that takes this ID token and audience',
  ],
  ExpiredTokenException: ['identity-refused', 'the ID token has expired'],
  IDPRejectedClaim: ['identity-refused', 'the ID token was rejected'],
  ValidationError: [
    'request-refused',
    'a parameter is not allowed; a `ttl` above the role’s maximum session, for example',
  ],
  MalformedPolicyDocument: [
    'request-refused',
    'the session policy is not one',
    'Correct `policy` in `params`; `aws accessanalyzer validate-policy` tells what is wrong with it.',
  ],
  PackedPolicyTooLarge: [
    'request-refused',
    'session policies and tags together are longer than AWS packs',
    'Shorten `policy`, or keep its statements in managed policies and name those in `policy-arns`.',
  ],
  RegionDisabledException: ['request-refused', 'STS is switched off in this region'],
};

/** What the same, and others, mean to one session that asks for another. */
const chainedMeanings: Readonly<Record<string, Meaning>> = {
  ...meanings,
  AccessDenied: [
    'policy-denied',
    'the role of `via` may not assume this role, or not with these parameters',
    'Let the role’s trust policy name the role of `via` for sts:AssumeRole, with `tags` for sts:TagSession and with `source-identity` for sts:SetSourceIdentity, too; in another account the role of `via` needs the same in its own policies. Compare `external-id`.',
  ],
  SignatureDoesNotMatch: [
    'request-refused',
    'the signature does not hold: it is for the region of `region`',
    'Set `region` to that of `endpoint`.',
  ],
};

/** Turns an answer that is not 200 into an error of ours; of STS's words only known codes and the request id are used. */
export function stsRefusal(
  answer: HttpAnswer,
  { host, now, chained = false }: { readonly host: string; readonly now: Date; readonly chained?: boolean },
): CredsError {
  const xml = new TextDecoder().decode(answer.body);
  const code = element(xml, 'Code') ?? '';
  const id = element(xml, 'RequestId') ?? '';
  const known = fullMatch(/[A-Za-z0-9-]{1,64}/, id) ? { requestId: id } : {};
  if (asksToRetry(answer.status) || code === 'IDPCommunicationError' || code === 'Throttling') {
    const wait = retryAfterSeconds(answer, now);
    return new CredsError('busy', `${host} answered ${String(answer.status)}.`, {
      ...known,
      retryAfterSeconds: wait,
    });
  }
  const table = chained ? chainedMeanings : meanings;
  const [ours, text = '', hint] = (Object.hasOwn(table, code) ? table[code] : undefined) ?? [];
  if (ours !== undefined) {
    const fresh = code === 'ExpiredTokenException' ? { freshIdToken: true } : {};
    const help = hint === undefined ? {} : { hint };
    return new CredsError(ours, `${host} refused: ${text} (${code}).`, { ...known, ...fresh, ...help });
  }
  const other = code === '' ? 'answer-invalid' : 'request-refused';
  return new CredsError(other, `${host} answered ${String(answer.status)} and not with a session.`, known);
}
