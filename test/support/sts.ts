// A FAKE of AWS Security Token Service, for AssumeRoleWithWebIdentity and AssumeRole, over real HTTP. It checks what AWS
// checks (form, version, role, session name, duration, policies, tags, the token's signature, audience and end, the
// signature of a request) and answers the XML of AWS's own documentation. It has accounts with trust policies.
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { HttpRequest } from '../../src/domain/host.ts';
import { aboutSession, Refused, type AskedSession } from './broker/aws-forms.ts';
import { signerOf } from './broker/aws-signature.ts';
import { startFaultyServer, type Behaviour, type FaultyServer } from './faulty-server.ts';
import type { FakeIssuer } from './issuer.ts';
import { verifiedClaims } from './verified-claims.ts';

export interface StsOptions {
  /** Role ARN → the `sub` that its trust policy wants; any other role is not there. */
  readonly trust: Readonly<Record<string, string>>;
  /** Role ARN → the role whose sessions may assume it, and with what. */
  readonly chains?: Readonly<Record<string, ChainTrust>>;
  /** Whose signature an ID token has to have; without one none is verified. */
  readonly issuer?: Pick<FakeIssuer, 'publicKey'>;
  readonly audience?: string;
  /** The role's maximum session, in seconds. */
  readonly maxSessionSeconds?: number;
  readonly now?: () => Date;
  /** Answers instead, for so long as it does. */
  readonly fault?: () => StsFault | undefined;
  /** Changes the answer's XML, as something on the way could. */
  readonly rewrite?: (xml: string) => string;
}

export interface ChainTrust {
  readonly by: string;
  readonly externalId?: string;
  /** Its trust policy allows sts:TagSession and sts:SetSourceIdentity. */
  readonly tagged?: boolean;
}

export interface StsFault {
  readonly status: number;
  readonly code: string;
  readonly headers?: Record<string, string>;
}

export interface IssuedSession {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
  readonly asked: AskedSession;
}

export interface Sts extends FaultyServer {
  readonly issued: readonly IssuedSession[];
}

export const requestId = 'c6104cbe-af31-11e0-8154-cbc7ccf896c7';

export async function startSts(options: StsOptions): Promise<Sts> {
  const issued: IssuedSession[] = [];
  const behaviour: Behaviour = ({ request, response }) => {
    const reply = (status: number, xml: string, headers: Record<string, string> = {}): void => {
      response
        .writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, ...headers })
        .end(xml);
    };
    const fault = options.fault?.() ?? refusalOf(request, options, issued);
    if (fault !== undefined) {
      reply(fault.status, errorXml(fault), fault.headers);
      return;
    }
    const session = issue(new URLSearchParams(request.body), options);
    issued.push(session);
    const xml = sessionXml(session);
    reply(200, options.rewrite?.(xml) ?? xml);
  };
  return { ...(await startFaultyServer(behaviour)), issued };
}

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const invalid = (code: string): StsFault => ({ status: 400, code });

/** In the order in which AWS looks; undefined when the session is granted. */
function refusalOf(
  request: Asked,
  options: StsOptions,
  issued: readonly IssuedSession[],
): StsFault | undefined {
  const { method, headers, body } = request;
  const form = new URLSearchParams(body);
  const type = String(headers['content-type']).split(';')[0];
  if (method !== 'POST' || type !== 'application/x-www-form-urlencoded') return invalid('MalformedInput');
  try {
    const chained = form.get('Action') === 'AssumeRole';
    if (chained) return chainRefusal(request, form, { options, issued });
    const maxSeconds = options.maxSessionSeconds ?? 3600;
    const { tags, sourceIdentity, externalId } = aboutSession(form, { chained, maxSeconds });
    if (tags.length > 0 || (sourceIdentity ?? externalId) !== undefined) return invalid('MalformedInput');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { status: error.status, code: error.message };
  }
  if (headers['authorization'] !== undefined) return invalid('IncompleteSignature');
  if (form.get('Action') !== 'AssumeRoleWithWebIdentity') return invalid('InvalidAction');
  if (form.get('Version') !== '2011-06-15') return invalid('NoSuchVersion');
  if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) return invalid('ValidationError');
  const duration = Number(form.get('DurationSeconds') ?? 3600);
  if (!Number.isInteger(duration) || duration < 900 || duration > (options.maxSessionSeconds ?? 3600))
    return invalid('ValidationError');
  const claims = claimsOf(form.get('WebIdentityToken') ?? '', options);
  const audience = options.audience ?? 'sts.amazonaws.com';
  if (claims?.aud !== audience) return invalid('InvalidIdentityToken');
  if ((claims.exp ?? 0) * 1000 < (options.now?.() ?? new Date()).getTime())
    return invalid('ExpiredTokenException');
  const wanted = options.trust[form.get('RoleArn') ?? ''];
  return wanted === undefined || wanted !== claims.sub ? { status: 403, code: 'AccessDenied' } : undefined;
}

interface Known {
  readonly options: StsOptions;
  readonly issued: readonly IssuedSession[];
}

/** @throws Refused */
function chainRefusal(
  { method, headers, body }: Asked,
  form: URLSearchParams,
  { options, issued }: Known,
): StsFault | undefined {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const url = new URL(`https://${named['host'] ?? ''}/`);
  const id = signerOf({ method, url, headers: named, body } as HttpRequest, (accessKeyId) =>
    issued.find((session) => session.accessKeyId === accessKeyId),
  );
  const [, day = '', hour = ''] = /^(\d{8})T(\d{6})Z$/.exec(named['x-amz-date'] ?? '') ?? [];
  const signedAt = Date.parse(
    `${day.replace(/(....)(..)/, '$1-$2-')}T${hour.replace(/(..)(..)/, '$1:$2:')}Z`,
  );
  const skewMs = Math.abs(signedAt - (options.now?.() ?? new Date()).getTime());
  if (!(skewMs <= 300_000)) return { status: 403, code: 'SignatureDoesNotMatch' };
  const asked = aboutSession(form, { chained: true, maxSeconds: options.maxSessionSeconds ?? 3600 });
  const trust = options.chains?.[form.get('RoleArn') ?? ''];
  const caller = issued.find(({ accessKeyId }) => accessKeyId === id);
  const plain = asked.tags.length === 0 && asked.sourceIdentity === undefined;
  const allowed =
    trust !== undefined &&
    trust.by === caller?.roleArn &&
    trust.externalId === asked.externalId &&
    (plain || trust.tagged === true);
  return allowed ? undefined : { status: 403, code: 'AccessDenied' };
}

function claimsOf(token: string, { issuer }: StsOptions): ReturnType<typeof decodeJwt> | undefined {
  try {
    return issuer === undefined ? decodeJwt(token) : verifiedClaims(token, issuer.publicKey());
  } catch {
    return undefined;
  }
}

function issue(
  form: URLSearchParams,
  { now, maxSessionSeconds: maxSeconds = 43_200 }: StsOptions,
): IssuedSession {
  const durationSeconds = Number(form.get('DurationSeconds'));
  const end = (now?.() ?? new Date()).getTime() + durationSeconds * 1000;
  return {
    roleArn: form.get('RoleArn') ?? '',
    sessionName: form.get('RoleSessionName') ?? '',
    durationSeconds,
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(450).toString('base64'),
    expiration: new Date(end).toISOString().replace(/\.\d+Z$/, 'Z'),
    asked: aboutSession(form, { chained: form.get('Action') === 'AssumeRole', maxSeconds }),
  };
}

/** AWS STS API Reference, AssumeRoleWithWebIdentity, Examples: Sample Response. */
function sessionXml(session: IssuedSession): string {
  const [, partition = '', , , account = ''] = session.roleArn.split(':');
  const role = session.roleArn.split('/').at(-1) ?? '';
  const { action, sourceIdentity } = session.asked;
  const bearer =
    action === 'AssumeRole'
      ? ''
      : `
    <SubjectFromWebIdentityToken>repo:octo-org/octo-repo:environment:production</SubjectFromWebIdentityToken>
    <Audience>sts.amazonaws.com</Audience>
    <Provider>arn:${partition}:iam::${account}:oidc-provider/token.actions.githubusercontent.com</Provider>`;
  const source = sourceIdentity === undefined ? '' : `<SourceIdentity>${sourceIdentity}</SourceIdentity>`;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <${action}Result>${bearer}
    <AssumedRoleUser>
      <Arn>arn:${partition}:sts::${account}:assumed-role/${role}/${session.sessionName}</Arn>
      <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:${session.sessionName}</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <SessionToken>${session.sessionToken}</SessionToken>
      <SecretAccessKey>${session.secretAccessKey}</SecretAccessKey>
      <Expiration>${session.expiration}</Expiration>
      <AccessKeyId>${session.accessKeyId}</AccessKeyId>
    </Credentials>
    ${source}
  </${action}Result>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</${action}Response>
`;
}

/** The same reference, Common Errors. The message quotes what was sent, as AWS's messages do. */
function errorXml({ code }: StsFault): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>${code}</Code>
    <Message>Not authorized: a message that quotes eyJhbGciOiJSUzI1NiJ9 &amp; more</Message>
  </Error>
  <RequestId>${requestId}</RequestId>
</ErrorResponse>
`;
}
