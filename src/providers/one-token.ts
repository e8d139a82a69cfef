import { randomBytes } from 'node:crypto';
import type { Credential } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { Debt } from '../domain/intent.ts';
import type { Loan, RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import { exchange, type Call, type Outgoing } from '../protocol/http.ts';
import { member } from '../protocol/json.ts';
import type { Exchange, Opening } from './provider.ts';
import { jsonOf, refusalOf, userAgent, type Meaning } from './server-answer.ts';

const longestAnswer = 64 * 1024;

/** A provider whose whole exchange is one request for one token. */
export interface OneToken {
  /** The provider's; lease ids begin with it. */
  readonly name: string;
  readonly audience: string;
  readonly endpoint: URL;
  readonly role: RoleRequest;
  /** Where to give the token back; empty: nowhere. */
  readonly debt: Debt;
  readonly request: (idToken: string) => Pick<Outgoing, 'method' | 'headers' | 'body'>;
  /** When the token ends, by what the answer says and by what the server's documentation promises. */
  readonly endOf: (body: Readonly<Record<string, unknown>>, now: Date) => Date;
  readonly credential: (token: Secret, expiresAt: Date) => Credential;
  /** What a refusal means; undefined: nothing that is documented. */
  readonly meaning: (answer: HttpAnswer) => Meaning | undefined;
}

/** The exchange of such a provider. */
export function oneToken(plan: OneToken): Exchange {
  const { audience, endpoint, role } = plan;
  // What does not come with the answer is in it already.
  const { name, kind, fields } = plan.credential(new Secret('not issued yet'), new Date(0));
  return {
    audience,
    lender: endpoint.host,
    endpoint,
    lends: [{ ...role, credentials: [{ name, kind, fields: Object.keys(fields) }] }],
    bindsKey: false,
    open: () => open(plan),
  };
}

function open(plan: OneToken): Opening {
  const canRevoke = Object.keys(plan.debt).length > 0;
  const id = `${plan.name}_${randomBytes(8).toString('hex')}`;
  let kept: Debt | undefined = canRevoke ? {} : undefined;
  return {
    audience: plan.audience,
    debt: plan.debt,
    get kept() {
      return kept;
    },
    secrets: [],
    trade: async (idToken, call) => {
      const { token, body } = await ask(plan, idToken.token.reveal(), call);
      if (canRevoke) {
        kept = { token: token.reveal() };
        call.onOwed?.();
      }
      return loanOf({ plan, id, canRevoke }, token, plan.endOf(body, call.host.clock.now()));
    },
  };
}

interface Issued {
  readonly token: Secret;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(plan: OneToken, idToken: string, call: Call): Promise<Issued> {
  const { endpoint: url } = plan;
  const { method, headers, body } = plan.request(idToken);
  const answer = await exchange(call, {
    method,
    url,
    headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
    ...(body === undefined ? {} : { body }),
    maxBytes: longestAnswer,
  });
  if (answer.status !== 200 && answer.status !== 201)
    throw refusalOf(answer, { host: url.host, now: call.host.clock.now(), meaning: plan.meaning(answer) });
  const read = jsonOf(answer);
  const token = read === undefined ? undefined : member(read, 'token');
  if (read === undefined || typeof token !== 'string' || !fullMatch(/[\x21-\x7e]{1,32768}/, token))
    throw new CredsError('answer-invalid', `${url.host} sent an answer without a usable token.`);
  return { token: new Secret(token), body: read };
}

function loanOf(
  { plan, id, canRevoke }: { readonly plan: OneToken; readonly id: string; readonly canRevoke: boolean },
  token: Secret,
  expiresAt: Date,
): Loan {
  const revocability = canRevoke ? ('immediate' as const) : ('expiry-only' as const);
  const credentials = [plan.credential(token, expiresAt)];
  return { leases: [{ ...plan.role, id, expiresAt, revocability, credentials }] };
}

/** A time that a server tells as RFC 3339 or as seconds since 1970; undefined where it tells none that makes sense. */
export function timeOf(value: unknown): Date | undefined {
  const at =
    typeof value === 'number' ? new Date(value * 1000) : new Date(typeof value === 'string' ? value : NaN);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** So many seconds from now. */
export function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
