import { randomBytes } from 'node:crypto';
import type { Credential } from '../domain/credential.ts';
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { HttpAnswer } from '../domain/host.ts';
import type { Debt } from '../domain/intent.ts';
import type { Loan, ReturnedLease, RoleRequest } from '../domain/lease.ts';
import { fullMatch } from '../domain/pattern.ts';
import { Secret } from '../domain/secret.ts';
import {
  asksToRetry,
  exchange,
  hidesAnswer,
  isJson,
  isPage,
  retryAfterSeconds,
  retrying,
  type Call,
  type Outgoing,
} from '../protocol/http.ts';
import { isObject, member, parseStrictJson } from '../protocol/json.ts';
import type { Exchange, Opening, WayBack } from './provider.ts';

/** Some servers answer nobody who does not say what he is (crates registry, GitHub). */
export const userAgent = 'ephemeral-creds';

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

/** What an answer that is no success means to the user. None of the server's own words is in it. */
export interface Meaning {
  readonly code: ErrorCode;
  /** After "HOST refused: ". */
  readonly text: string;
  readonly hint: string;
  /** A fresh ID token may do. */
  readonly freshIdToken?: true;
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

/** The object of a JSON answer; undefined when it is none. */
export function jsonOf(answer: HttpAnswer): Record<string, unknown> | undefined {
  if (!isJson(answer)) return undefined;
  try {
    const body = parseStrictJson(answer.body);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** What an answer that is no success is turned into; none of the server's words is in it. */
export function refusalOf(
  answer: HttpAnswer,
  {
    host,
    now,
    meaning,
  }: { readonly host: string; readonly now: Date; readonly meaning?: Meaning | undefined },
): CredsError {
  const status = String(answer.status);
  if (asksToRetry(answer.status)) {
    const wait = retryAfterSeconds(answer, now);
    return new CredsError('busy', `${host} answered ${status}.`, {
      retryAfterSeconds: wait,
      answerLost: hidesAnswer(answer.status),
    });
  }
  const refused = { nothingIssued: answer.status >= 400 };
  if (meaning === undefined) {
    const code = jsonOf(answer) === undefined ? 'answer-invalid' : 'request-refused';
    return new CredsError(code, `${host} answered ${status} and nothing that is documented.`, refused);
  }
  const { code, text, hint, freshIdToken = false } = meaning;
  return new CredsError(code, `${host} refused: ${text} (${status}).`, { ...refused, hint, freshIdToken });
}

/** How a server takes a token back. */
export interface Return {
  readonly request: (token: string) => Pick<Outgoing, 'method' | 'url' | 'headers'>;
  /** True for an answer by which it says, and nobody else could, that there is no such token any more. */
  readonly saysGone?: (answer: HttpAnswer) => boolean;
  /** What another refusal means. */
  readonly meaning?: (answer: HttpAnswer) => Meaning | undefined;
}

/**
 * Gives one token back, where the server has a way for that and we have the token.
 * @throws CredsError when it could not be made sure
 */
export async function giveTokenBack(
  { token }: Debt,
  ids: readonly string[],
  { request, saysGone, meaning }: Return,
  { call }: WayBack,
): Promise<ReturnedLease[] | undefined> {
  if (token === undefined && ids.length === 0) return undefined;
  if (token === undefined) throw tokenIsGone();
  const out = request(token);
  await retrying(call, async () => {
    const answer = await exchange(call, {
      ...out,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...out.headers },
      maxBytes: longestAnswer,
    });
    if (!isDone(answer) && saysGone?.(answer) !== true)
      throw refusalOf(answer, {
        host: out.url.host,
        now: call.host.clock.now(),
        meaning: meaning?.(answer),
      });
  });
  return [];
}

/** True for an answer to giving back that says that it is done, and is the server's own. */
export function isDone(answer: HttpAnswer): boolean {
  return answer.status === 204 || (answer.status === 200 && !isPage(answer));
}

/** Somebody has meddled with the ledger's file. */
export function tokenIsGone(): CredsError {
  const hint = 'Another step has removed or changed it. Revoke the token at the server, or wait for its end.';
  const message = 'The token that has to be given back is gone from the ledger’s file.';
  return new CredsError('revoke-failed', message, { hint });
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
