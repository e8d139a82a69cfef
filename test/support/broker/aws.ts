/**
 * A FAKE of AWS: Security Token Service, Identity and Access Management and Elastic Container Registry, as far as the
 * broker asks them, without a port. It checks what AWS documents (signatures, forms, limits, trust policies) and then
 * judges what a session may do, which moto does not: session policies, denials by `aws:userid`, ends in time.
 */
import { randomBytes } from 'node:crypto';
import {
  TransportError,
  type HttpAnswer,
  type HttpRequest,
  type Transport,
} from '../../../src/domain/host.ts';
import { aboutPolicy, aboutSession, Refused, type AskedSession } from './aws-forms.ts';
import { judge, type Statement } from './aws-policy.ts';
import { signerOf, type KeyPair } from './aws-signature.ts';

/** A role that the fake has, and whom it trusts. */
export interface FakeRole {
  readonly account: string;
  readonly name: string;
  /** Access keys, or names of roles whose sessions may take it on. */
  readonly trusts: readonly string[];
  readonly externalId?: string;
  /** Its trust policy allows sts:TagSession and sts:SetSourceIdentity. */
  readonly tagged?: boolean;
  readonly maxSeconds?: number;
  /** What its own policies allow. */
  readonly allows: readonly Statement[];
}

export interface FakeSession extends KeyPair {
  readonly role: FakeRole;
  readonly asked: AskedSession;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

/** What goes wrong instead: the connection breaks on the way there or back, nobody answers, or AWS says no. */
export type AwsFault =
  | { readonly lose: 'request' | 'answer' }
  | { readonly hang: true }
  | { readonly status: number; readonly code: string }
  | { readonly rewrite: (body: string) => string };

interface Act {
  readonly role: FakeRole | undefined;
  readonly sessionName: string;
  readonly account?: string;
}

export interface FakeAws {
  readonly send: Transport;
  /** Long-lived keys of a user, by access key; of the account 123456789012, if they do not say otherwise. */
  readonly users: Map<string, KeyPair & { readonly account?: string }>;
  readonly sessions: readonly FakeSession[];
  /** Inline policies by role and name. */
  readonly policies: Map<string, Map<string, string>>;
  /** `service:Action` of every request that arrived, and where. */
  readonly asked: readonly { readonly action: string; readonly host: string }[];
  /** Decides what becomes of a request. */
  fault: (action: string, asked: number) => AwsFault | undefined;
  /** May these keys do this, now? */
  readonly may: (accessKeyId: string, action: string, resource?: string) => boolean;
  /**
   * The same for a registry's token, which lives for twelve hours, whatever became of the session: the worse of what
   * AWS leaves open.
   */
  readonly registryMay: (password: string, action: string, resource: string) => boolean;
}

interface FakeAwsOptions {
  readonly roles: readonly FakeRole[];
  /** AWS's clock. */
  readonly now?: () => Date;
  /** When `may` is asked, if that is another time. */
  readonly judgedAt?: () => Date;
}

const registrySeconds = 43_200;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all inline policies of a role together. */
const inlineCharacters = 10_240;
/** AWS may give fewer than it is asked for, and says that there are more. */
const pageOf = 2;

export function fakeAws({ roles, now = () => new Date(), judgedAt = now }: FakeAwsOptions): FakeAws {
  const users: FakeAws['users'] = new Map();
  const sessions: FakeSession[] = [];
  const policies = new Map<string, Map<string, string>>();
  const asked: { action: string; host: string }[] = [];
  const tokens = new Map<string, { readonly session: FakeSession; readonly until: number }>();
  const inlineOf = (name: string): Map<string, string> => {
    const found = policies.get(name) ?? new Map<string, string>();
    policies.set(name, found);
    return found;
  };
  const keysOf = (id: string): KeyPair | undefined =>
    users.get(id) ?? sessions.find(({ accessKeyId }) => accessKeyId === id);

  const actOf = (id: string): Act => {
    const session = sessions.find(({ accessKeyId }) => accessKeyId === id);
    const account = session?.role.account ?? users.get(id)?.account ?? '123456789012';
    return { role: session?.role, sessionName: session?.asked.name ?? id, account };
  };

  const allowed = (session: FakeSession, action: string, resource: string): boolean => {
    const context = {
      'aws:userid': `AROAEXAMPLE:${session.asked.name}`,
      'aws:CurrentTime': judgedAt().toISOString(),
    };
    const inline = [...inlineOf(session.role.name).values()].flatMap(statementsOf);
    const question = { action, resource, context };
    if (judge([...session.role.allows, ...inline], question) !== 'Allow') return false;
    return (
      session.asked.policy === undefined || judge(statementsOf(session.asked.policy), question) === 'Allow'
    );
  };

  const may: FakeAws['may'] = (accessKeyId, action, resource = '*') => {
    const session = sessions.find((each) => each.accessKeyId === accessKeyId);
    return session !== undefined && session.expiresAt > judgedAt() && allowed(session, action, resource);
  };

  const sts = (form: URLSearchParams, caller: Act): string => {
    if (form.get('Action') === 'GetCallerIdentity')
      return `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${caller.account ?? ''}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const role = roles.find(
      (each) => arnOf(each) === form.get('RoleArn') || pathless(form.get('RoleArn')) === arnOf(each),
    );
    const session = aboutSession(form, {
      chained: caller.role !== undefined,
      maxSeconds: role?.maxSeconds ?? 3600,
    });
    const trusted = role?.trusts.includes(caller.role?.name ?? caller.sessionName) === true;
    const fits = role?.externalId === undefined || role.externalId === session.externalId;
    const plain = session.tags.length === 0 && session.sourceIdentity === undefined;
    if (role === undefined || !trusted || !fits || (!plain && role.tagged !== true))
      throw new Refused(403, 'AccessDenied');
    const made: FakeSession = {
      role,
      asked: session,
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(300).toString('base64'),
      expiresAt: new Date(Math.floor(now().getTime() / 1000) * 1000 + session.seconds * 1000),
    };
    sessions.push(made);
    return sessionXml(made);
  };

  const iam = (form: URLSearchParams, { account }: Act): string => {
    const name = form.get('RoleName') ?? '';
    const policy = form.get('PolicyName') ?? '';
    if (!roles.some((role) => role.name === name && role.account === account))
      throw new Refused(404, 'NoSuchEntity');
    const inline = inlineOf(name);
    switch (form.get('Action')) {
      case 'PutRolePolicy': {
        const document = aboutPolicy(form.get('PolicyDocument') ?? '');
        const others = [...inline].filter(([each]) => each !== policy).map(([, text]) => text);
        if ([document, ...others].join('').replace(/\s/g, '').length > inlineCharacters)
          throw new Refused(409, 'LimitExceeded');
        inline.set(policy, document);
        return '<PutRolePolicyResponse/>';
      }
      case 'GetRolePolicy': {
        const found = inline.get(policy);
        if (found === undefined) throw new Refused(404, 'NoSuchEntity');
        return `<GetRolePolicyResponse><GetRolePolicyResult><PolicyDocument>${encodeURIComponent(found)}</PolicyDocument><RoleName>${name}</RoleName><PolicyName>${policy}</PolicyName></GetRolePolicyResult></GetRolePolicyResponse>`;
      }
      case 'ListRolePolicies': {
        const from = Number(form.get('Marker') ?? 0);
        const page = [...inline.keys()].slice(from, from + pageOf);
        const more = from + pageOf < inline.size;
        const members = page.map((each) => `<member>${each}</member>`).join('');
        const marker = more ? `<Marker>${String(from + pageOf)}</Marker>` : '';
        return `<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames>${members}</PolicyNames><IsTruncated>${String(more)}</IsTruncated>${marker}</ListRolePoliciesResult></ListRolePoliciesResponse>`;
      }
      case 'DeleteRolePolicy':
        if (!inline.delete(policy)) throw new Refused(404, 'NoSuchEntity');
        return '<DeleteRolePolicyResponse/>';
      default:
        throw new Refused(400, 'InvalidAction');
    }
  };

  const ecr = (caller: string): string => {
    const session = sessions.find(({ accessKeyId }) => accessKeyId === caller);
    if (session === undefined || !may(caller, 'ecr:GetAuthorizationToken'))
      throw new Refused(400, 'AccessDeniedException');
    const password = randomBytes(200).toString('base64url');
    const until = now().getTime() + registrySeconds * 1000;
    tokens.set(password, { session, until });
    const data = {
      authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
      expiresAt: until / 1000,
    };
    return JSON.stringify({ authorizationData: [{ ...data, proxyEndpoint: 'https://registry' }] });
  };

  const answer = (request: HttpRequest, action: string): string => {
    const body = request.body ?? '';
    const unsigned = action === 'sts:AssumeRoleWithWebIdentity';
    const caller = unsigned ? '' : signerOf(request, keysOf);
    if (action.startsWith('ecr:')) return ecr(caller);
    const form = new URLSearchParams(body);
    return action.startsWith('sts:')
      ? sts(
          form,
          unsigned ? { role: undefined, sessionName: form.get('WebIdentityToken') ?? '' } : actOf(caller),
        )
      : iam(form, actOf(caller));
  };

  const aws: FakeAws = {
    users,
    sessions,
    policies,
    asked,
    fault: () => undefined,
    may,
    registryMay: (password, action, resource) => {
      const token = tokens.get(password);
      return (
        token !== undefined && token.until > judgedAt().getTime() && allowed(token.session, action, resource)
      );
    },
    send: (request) => {
      const action = actionOf(request);
      asked.push({ action, host: request.url.host });
      const fault = aws.fault(action, asked.filter((each) => each.action === action).length);
      return respond(request, fault, () => answer(request, action));
    },
  };
  return aws;
}

async function respond(
  request: HttpRequest,
  fault: AwsFault | undefined,
  work: () => string,
): Promise<HttpAnswer> {
  if (fault !== undefined && 'hang' in fault) return untilAborted(request.signal);
  await Promise.resolve();
  if (fault !== undefined && 'lose' in fault) {
    if (fault.lose === 'answer') work();
    throw new TransportError('reset');
  }
  const id = 'c6104cbe-af31-11e0-8154-cbc7ccf896c7';
  const reply = (status: number, body: string): HttpAnswer => ({
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id },
    body: Buffer.from(body),
  });
  try {
    if (fault !== undefined && 'status' in fault) throw new Refused(fault.status, fault.code);
    const body = work();
    return reply(200, fault !== undefined && 'rewrite' in fault ? fault.rewrite(body) : body);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // AWS's messages quote what was sent.
    const told = `not authorized: quotes ${request.headers['authorization'] ?? ''}`;
    const json = request.headers['x-amz-target'] !== undefined;
    return reply(
      error.status,
      json
        ? JSON.stringify({ __type: error.message, message: told })
        : `<ErrorResponse><Error><Type>Sender</Type><Code>${error.message}</Code><Message>${told}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
    );
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(new TransportError('aborted'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

function actionOf({ body = '', headers }: HttpRequest): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return `ecr:${target.split('.')[1] ?? ''}`;
  const form = new URLSearchParams(body);
  return `${form.get('Version') === '2011-06-15' ? 'sts' : 'iam'}:${form.get('Action') ?? ''}`;
}

function statementsOf(document: string): Statement[] {
  const { Statement: found } = JSON.parse(document) as { Statement: Statement | Statement[] };
  return Array.isArray(found) ? found : [found];
}

function arnOf({ account, name }: FakeRole): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

function pathless(arn: string | null): string {
  return (arn ?? '').replace(/:role\/.*\//, ':role/');
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, Sample Response */
function sessionXml({ role, asked, expiresAt, ...keys }: FakeSession): string {
  const user = `<AssumedRoleUser><Arn>arn:aws:sts::${role.account}:assumed-role/${role.name}/${asked.name}</Arn><AssumedRoleId>AROAEXAMPLE:${asked.name}</AssumedRoleId></AssumedRoleUser>`;
  const found = `<Credentials><AccessKeyId>${keys.accessKeyId}</AccessKeyId><SecretAccessKey>${keys.secretAccessKey}</SecretAccessKey><SessionToken>${keys.sessionToken}</SessionToken><Expiration>${expiresAt.toISOString()}</Expiration></Credentials>`;
  const action = asked.action;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${user}${found}</${action}Result></${action}Response>`;
}
