// A FAKE of AWS Security Token Service, for AssumeRoleWithWebIdentity alone, over real HTTP. It checks what AWS checks
// (form, version, role, session name, duration, the token's audience and end) and answers the XML of AWS's own
// documentation. It has accounts with trust policies; it verifies no signature.
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { startFaultyServer, type Behaviour, type FaultyServer } from './faulty-server.ts';

export interface StsOptions {
  /** Role ARN → the `sub` that its trust policy wants; any other role is not there. */
  readonly trust: Readonly<Record<string, string>>;
  readonly audience?: string;
  /** The role's maximum session, in seconds. */
  readonly maxSessionSeconds?: number;
  readonly now?: () => Date;
  /** Answers instead, for so long as it does. */
  readonly fault?: () => StsFault | undefined;
  /** Changes the answer's XML, as something on the way could. */
  readonly rewrite?: (xml: string) => string;
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
    const fault = options.fault?.() ?? refusalOf(request, options);
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
function refusalOf({ method, headers, body }: Asked, options: StsOptions): StsFault | undefined {
  const form = new URLSearchParams(body);
  const type = String(headers['content-type']).split(';')[0];
  if (method !== 'POST' || type !== 'application/x-www-form-urlencoded') return invalid('MalformedInput');
  if (headers['authorization'] !== undefined) return invalid('IncompleteSignature');
  if (form.get('Action') !== 'AssumeRoleWithWebIdentity') return invalid('InvalidAction');
  if (form.get('Version') !== '2011-06-15') return invalid('NoSuchVersion');
  if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) return invalid('ValidationError');
  const duration = Number(form.get('DurationSeconds') ?? 3600);
  if (!Number.isInteger(duration) || duration < 900 || duration > (options.maxSessionSeconds ?? 3600))
    return invalid('ValidationError');
  const claims = claimsOf(form.get('WebIdentityToken') ?? '');
  const audience = options.audience ?? 'sts.amazonaws.com';
  if (claims?.aud !== audience) return invalid('InvalidIdentityToken');
  if ((claims.exp ?? 0) * 1000 < (options.now?.() ?? new Date()).getTime())
    return invalid('ExpiredTokenException');
  const wanted = options.trust[form.get('RoleArn') ?? ''];
  return wanted === undefined || wanted !== claims.sub ? { status: 403, code: 'AccessDenied' } : undefined;
}

function claimsOf(token: string): ReturnType<typeof decodeJwt> | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

function issue(form: URLSearchParams, { now }: StsOptions): IssuedSession {
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
  };
}

/** AWS STS API Reference, AssumeRoleWithWebIdentity, Examples: Sample Response. */
function sessionXml(session: IssuedSession): string {
  const [, partition = '', , , account = ''] = session.roleArn.split(':');
  const role = session.roleArn.split('/').at(-1) ?? '';
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>repo:octo-org/octo-repo:environment:production</SubjectFromWebIdentityToken>
    <Audience>sts.amazonaws.com</Audience>
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
    <SourceIdentity>SourceIdentityValue</SourceIdentity>
    <Provider>arn:${partition}:iam::${account}:oidc-provider/token.actions.githubusercontent.com</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata>
    <RequestId>${requestId}</RequestId>
  </ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
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
