/**
 * A FAKE of Google's Security Token Service (v1.token) and IAM Service Account Credentials (generateAccessToken,
 * generateIdToken), without a port. It checks what Google documents: the ID token's signature, issuer, end and audience,
 * the provider's condition, every parameter, and who may act as which service account. Its errors quote what was sent,
 * as Google's do.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../../src/domain/host.ts';
import type { FakeIssuer } from './issuer.ts';
import { verifiedClaims, type Claims } from './verified-claims.ts';

export interface FakeAccount {
  /** Has roles/iam.workloadIdentityUser for whom. */
  readonly users: (claims: Claims) => boolean;
  /** The chain that leads to it, where it may not be taken directly. */
  readonly chain?: readonly string[];
  /** Its organization lets it have tokens for twelve hours. */
  readonly extended?: boolean;
}

export interface GoogleOptions {
  readonly issuer: Pick<FakeIssuer, 'url' | 'publicKey'>;
  /** projects/…/providers/… */
  readonly provider: string;
  readonly allowedAudiences?: readonly string[];
  /** The provider's attribute condition. */
  readonly condition?: (claims: Claims) => boolean;
  readonly accounts?: Readonly<Record<string, FakeAccount>>;
  readonly universe?: string;
  readonly now?: () => Date;
  /** Answers instead, for so long as it does. */
  readonly fault?: (request: HttpRequest) => HttpAnswer | undefined;
}

export interface IssuedByGoogle {
  readonly token: string;
  /** Empty: the federated identity itself. */
  readonly account: string;
  readonly scopes: readonly string[];
  readonly claims: Claims;
  readonly expiresAt: Date;
}

export interface FakeGoogle {
  readonly hosts: readonly string[];
  readonly answer: (request: HttpRequest) => HttpAnswer;
  readonly issued: readonly IssuedByGoogle[];
  readonly requests: readonly HttpRequest[];
}

const urn = 'urn:ietf:params:oauth:';

export function fakeGoogle(options: GoogleOptions): FakeGoogle {
  const { universe = 'googleapis.com', now = () => new Date() } = options;
  const issued: IssuedByGoogle[] = [];
  const requests: HttpRequest[] = [];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const issue = (parts: Omit<IssuedByGoogle, 'token' | 'expiresAt'>, seconds: number): IssuedByGoogle => {
    const token = `ya29.${parts.account === '' ? 'd.' : 'c.'}${randomBytes(120).toString('base64url')}`;
    const made = { ...parts, token, expiresAt: new Date(now().getTime() + seconds * 1000) };
    issued.push(made);
    return made;
  };

  const exchange = (request: HttpRequest): HttpAnswer => {
    const form = new URLSearchParams(request.body);
    const subject = form.get('subject_token') ?? '';
    const refused = (error: string, why: string): HttpAnswer =>
      json(400, { error, error_description: `${why}: ${subject}` });
    if (request.headers['authorization'] !== undefined) return refused('invalid_request', 'Authorization');
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      return refused('invalid_request', 'content type');
    if (form.get('grant_type') !== `${urn}grant-type:token-exchange`)
      return refused('unsupported_grant_type', 'grant type');
    if (form.get('requested_token_type') !== `${urn}token-type:access_token`)
      return refused('invalid_request', 'requested token type');
    if (form.get('subject_token_type') !== `${urn}token-type:jwt`)
      return refused('invalid_request', 'subject token type');
    const scopes = (form.get('scope') ?? '').split(' ');
    if (!scopes.every((scope) => scope.startsWith('https://www.googleapis.com/auth/')))
      return refused('invalid_scope', 'scope');
    if (form.get('audience') !== `//iam.${universe}/${options.provider}`)
      return refused(
        'invalid_target',
        'The target service indicated by the "audience" parameters is invalid',
      );
    const claims = verifiedClaims(subject, options.issuer.publicKey());
    if (claims?.['iss'] !== options.issuer.url) return refused('invalid_grant', 'issuer');
    if (Number(claims['exp']) * 1000 <= now().getTime()) return refused('invalid_grant', 'stale');
    const usual = [`https://iam.${universe}/${options.provider}`, `//iam.${universe}/${options.provider}`];
    if (!(options.allowedAudiences ?? usual).includes(String(claims['aud'])))
      return refused('invalid_grant', 'The audience in ID Token does not match the expected audience');
    if (options.condition?.(claims) === false)
      return refused('unauthorized_client', 'The given credential is rejected by the attribute condition');
    const { token } = issue({ account: '', scopes, claims }, 3600);
    const type = `${urn}token-type:access_token`;
    return json(200, {
      access_token: token,
      issued_token_type: type,
      token_type: 'Bearer',
      expires_in: 3599,
    });
  };

  const impersonate = (request: HttpRequest, email: string, method: string): HttpAnswer => {
    const bearer = request.headers['authorization']?.replace(/^Bearer /, '') ?? '';
    const caller = issued.find(
      ({ token, account, expiresAt }) => account === '' && token === bearer && expiresAt > now(),
    );
    if (caller === undefined) return rpc(401, 'UNAUTHENTICATED', bearer);
    const account = options.accounts?.[email];
    const asked = JSON.parse(request.body ?? '') as Record<string, unknown>;
    const delegates = (asked['delegates'] ?? []) as string[];
    const chain = (account?.chain ?? []).map((each) => `projects/-/serviceAccounts/${each}`);
    const mayAct = caller.scopes.some((scope) => /\/auth\/(cloud-platform|iam)$/.test(scope));
    if (!mayAct) return rpc(403, 'PERMISSION_DENIED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT');
    if (account?.users(caller.claims) !== true || delegates.join() !== chain.join())
      return rpc(403, 'PERMISSION_DENIED', 'IAM_PERMISSION_DENIED');
    const known = method === 'generateAccessToken' ? ['scope', 'lifetime'] : ['audience', 'includeEmail'];
    if (!Object.keys(asked).every((name) => [...known, 'delegates'].includes(name)))
      return rpc(400, 'INVALID_ARGUMENT', bearer);
    if (method === 'generateIdToken') {
      const { audience, includeEmail } = asked;
      const claims = {
        aud: audience,
        azp: '117926134870000000001',
        exp: Math.floor(now().getTime() / 1000) + 3600,
        iat: Math.floor(now().getTime() / 1000),
        iss: 'https://accounts.google.com',
        sub: '117926134870000000001',
        ...(includeEmail === true ? { email, email_verified: true } : {}),
      };
      const text = [{ alg: 'RS256', kid: 'g', typ: 'JWT' }, claims]
        .map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
        .join('.');
      return json(200, {
        token: `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`,
      });
    }
    const seconds = Number(/^(\d{1,5})s$/.exec(String(asked['lifetime']))?.[1]);
    const scopes = asked['scope'] as string[];
    const longest = account.extended === true ? 43_200 : 3600;
    if (!(seconds > 0 && seconds <= longest) || !Array.isArray(scopes) || scopes.length === 0)
      return rpc(400, 'INVALID_ARGUMENT', bearer);
    const { token, expiresAt } = issue({ account: email, scopes, claims: caller.claims }, seconds);
    return json(200, { accessToken: token, expireTime: expiresAt.toISOString().replace(/\.\d+/, '') });
  };

  const answer = (request: HttpRequest): HttpAnswer => {
    requests.push(request);
    const fault = options.fault?.(request);
    if (fault !== undefined) return fault;
    const { host, pathname } = request.url;
    if (request.method !== 'POST') return rpc(404, 'NOT_FOUND', pathname);
    if (host.startsWith('sts.') && pathname === '/v1/token') return exchange(request);
    const [, email = '', method = ''] =
      /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):(generateAccessToken|generateIdToken)$/.exec(pathname) ??
      [];
    return email === ''
      ? rpc(404, 'NOT_FOUND', pathname)
      : impersonate(request, decodeURIComponent(email), method);
  };
  return { hosts: [`sts.${universe}`, `iamcredentials.${universe}`], answer, issued, requests };
}

/** An error of Google's APIs (google.rpc.Status). @param reason also of the google.rpc.ErrorInfo */
export function rpc(code: number, status: string, reason: string): HttpAnswer {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'iam.googleapis.com' };
  return json(code, { error: { code, message: `Denied: hunter2 ${reason}`, status, details: [info] } });
}

function json(status: number, body: unknown): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
