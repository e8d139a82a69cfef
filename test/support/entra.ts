/**
 * A FAKE of Microsoft Entra ID's token endpoint for clients that assert an ID token, without a port. It checks what
 * Microsoft documents: the signature, issuer, subject, audience and time of the ID token, the client's federated
 * credentials letter by letter, the scope, every parameter. Its errors have AADSTS numbers and quote what was sent.
 */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../../src/domain/host.ts';
import type { FakeIssuer } from './issuer.ts';
import { verifiedClaims, type Claims } from './verified-claims.ts';

export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

export interface EntraOptions {
  readonly issuer: Pick<FakeIssuer, 'url' | 'publicKey'>;
  readonly tenant: string;
  readonly clients: Readonly<Record<string, readonly FederatedCredential[]>>;
  /** Resources that the tenant knows. */
  readonly resources: readonly string[];
  readonly host?: string;
  readonly seconds?: number;
  readonly now?: () => Date;
  /** Answers instead, for so long as it does. */
  readonly fault?: (request: HttpRequest) => HttpAnswer | undefined;
}

export interface FakeEntra {
  readonly hosts: readonly string[];
  readonly answer: (request: HttpRequest) => HttpAnswer;
  readonly issued: readonly { readonly token: string; readonly resource: string; readonly client: string }[];
  readonly requests: readonly HttpRequest[];
}

export function fakeEntra(options: EntraOptions): FakeEntra {
  const { now = () => new Date(), seconds = 3599, host = 'login.microsoftonline.com' } = options;
  const issued: { token: string; resource: string; client: string }[] = [];
  const requests: HttpRequest[] = [];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  const mint = (client: string, resource: string): string => {
    const at = Math.floor(now().getTime() / 1000);
    const times = { iat: at, nbf: at, exp: at + seconds };
    const claims = { aud: resource, tid: options.tenant, appid: client, ...times, uti: randomUUID() };
    const text = [{ typ: 'JWT', alg: 'RS256', kid: 'e' }, claims]
      .map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'))
      .join('.');
    const token = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
    issued.push({ token, resource, client });
    return token;
  };

  const refusalOf = (form: URLSearchParams): HttpAnswer | undefined => {
    const assertion = form.get('client_assertion') ?? '';
    const no = (error: string, number: number): HttpAnswer => entraError(error, number, assertion);
    const names = ['client_id', 'scope', 'client_assertion_type', 'client_assertion', 'grant_type'];
    if ([...form.keys()].toSorted().join() !== names.toSorted().join()) return no('invalid_request', 900144);
    if (form.get('grant_type') !== 'client_credentials') return no('unsupported_grant_type', 70003);
    if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      return no('invalid_request', 900144);
    const credentials = options.clients[form.get('client_id') ?? ''];
    if (credentials === undefined) return no('unauthorized_client', 700016);
    const scope = form.get('scope') ?? '';
    if (!scope.endsWith('/.default')) return no('invalid_scope', 1002012);
    if (!options.resources.includes(scope.replace(/\/\.default$/, ''))) return no('invalid_resource', 500011);
    const claims = verifiedClaims(assertion, options.issuer.publicKey());
    if (claims === undefined) return no('invalid_client', 700027);
    const [exp, nbf] = [Number(claims['exp']), Number(claims['nbf'])];
    const at = now().getTime() / 1000;
    if (exp <= at || nbf > at + 300) return no('invalid_client', 700024);
    const number = mismatchOf(claims, credentials);
    return number === undefined ? undefined : no('invalid_client', number);
  };

  const answer = (request: HttpRequest): HttpAnswer => {
    requests.push(request);
    const fault = options.fault?.(request);
    if (fault !== undefined) return fault;
    const [, tenant, path] = /^\/([^/]+)(\/.*)$/.exec(request.url.pathname) ?? [];
    if (request.method !== 'POST' || path !== '/oauth2/v2.0/token') return json(404, { error: 'not_found' });
    if (tenant !== options.tenant) return entraError('invalid_request', 90002, '');
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      return entraError('invalid_request', 900144, '');
    const form = new URLSearchParams(request.body);
    const refusal = refusalOf(form);
    if (refusal !== undefined) return refusal;
    const resource = (form.get('scope') ?? '').replace(/\/\.default$/, '');
    const token = mint(form.get('client_id') ?? '', resource);
    return json(200, {
      token_type: 'Bearer',
      expires_in: seconds,
      ext_expires_in: seconds,
      access_token: token,
    });
  };
  return { hosts: [host], answer, issued, requests };
}

/** In the order in which Microsoft tells it; undefined when one credential fits. */
function mismatchOf(claims: Claims, credentials: readonly FederatedCredential[]): number | undefined {
  if (credentials.length === 0) return 70025;
  const ofIssuer = credentials.filter(({ issuer }) => issuer === claims['iss']);
  if (ofIssuer.length === 0) return 700211;
  const ofSubject = ofIssuer.filter(({ subject }) => subject === claims['sub']);
  if (ofSubject.length === 0) {
    const alike = ofIssuer.some(
      ({ subject }) => subject.toLowerCase() === String(claims['sub']).toLowerCase(),
    );
    return alike ? 7002138 : 700213;
  }
  return ofSubject.some(({ audience }) => audience === claims['aud']) ? undefined : 700212;
}

/** An error of Microsoft Entra ID. */
export function entraError(error: string, number: number, quoted: string): HttpAnswer {
  const text = `AADSTS${String(number)}: hunter2 ${quoted} Trace ID: x Correlation ID: y`;
  return json(error === 'invalid_client' ? 401 : 400, {
    error,
    error_description: text,
    error_codes: [number],
    timestamp: '2026-11-21 19:00:00Z',
    trace_id: '0fe0e0a0-1111-2222-3333-444455556666',
    correlation_id: randomUUID(),
    error_uri: `https://login.microsoftonline.com/error?code=${String(number)}`,
  });
}

function json(status: number, body: unknown): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
