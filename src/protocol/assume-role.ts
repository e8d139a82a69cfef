// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { asksToRetry, retryAfterSeconds } from './http.ts';

/** What AssumeRoleWithWebIdentity is asked. */
export interface AssumeRole {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly seconds: number;
  readonly idToken: string;
}

/** What it gives. */
export interface StsSession {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret;
  readonly expiresAt: Date;
  /** Of the assumed role, with account, role and session name in it; undefined where it is not told just once. */
  readonly arn: string | undefined;
}

/** The request's form body; it is not signed. */
export function assumeRoleForm({ roleArn, sessionName, seconds, idToken }: AssumeRole): string {
  return new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(seconds),
    WebIdentityToken: idToken,
  }).toString();
}

/** Reads the XML of a 200 answer. @throws CredsError `answer-invalid` when the session is not complete */
export function readSession(answer: HttpAnswer): StsSession {
  const xml = new TextDecoder().decode(answer.body);
  const [accessKeyId, secretAccessKey, sessionToken, expiration, arn] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
    'Arn',
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
  };
}

/** The text of the one element of that name; undefined when there is none or more than one. */
function element(xml: string, name: string): string | undefined {
  const found = [...xml.matchAll(new RegExp(`<${name}>([^<>]{1,16384})</${name}>`, 'g'))];
  const text = found.length === 1 ? found[0]?.[1] : undefined;
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text?.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? '');
}

/** What STS's error codes mean (AWS STS API Reference, Errors). */
const meanings: Readonly<Record<string, readonly [CredsError['code'], string]>> = {
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
  RegionDisabledException: ['request-refused', 'STS is switched off in this region'],
};

/** Turns an answer that is not 200 into an error of ours; of STS's words only known codes and the request id are used. */
export function stsRefusal(answer: HttpAnswer, host: string, now: Date): CredsError {
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
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (meaning !== undefined) {
    const fresh = code === 'ExpiredTokenException' ? { freshIdToken: true } : {};
    return new CredsError(meaning[0], `${host} refused: ${meaning[1]} (${code}).`, { ...known, ...fresh });
  }
  const ours = code === '' ? 'answer-invalid' : 'request-refused';
  return new CredsError(ours, `${host} answered ${String(answer.status)} and not with a session.`, known);
}
