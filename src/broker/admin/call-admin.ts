import { CredsError, type ErrorCode } from '../../domain/errors.ts';
import { TransportError, type HttpAnswer, type Transport } from '../../domain/host.ts';
import type { Secret } from '../../domain/secret.ts';
import { isObject, member, parseStrictJson } from '../../protocol/json.ts';

/** A broker’s admin listener, seen from an operator’s machine. */
export interface AdminServer {
  readonly url: string;
  /** Presents the operator’s certificate, where he has one. */
  readonly send: Transport;
  /** PEM of authorities to trust besides the usual ones. */
  readonly trust: string | undefined;
  readonly token: Secret | undefined;
  readonly signal: AbortSignal;
}

interface AdminCall {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly body?: object;
}

const longestAnswer = 4 * 1024 * 1024;

/** Sends one request, once. @throws CredsError */
export async function callAdmin(
  server: AdminServer,
  { method, target, body }: AdminCall,
): Promise<Record<string, unknown>> {
  const { url, send, trust, token, signal } = server;
  const { host } = new URL(url);
  let answer: HttpAnswer;
  try {
    answer = await send({
      method,
      url: new URL(url.replace(/\/+$/, '') + target),
      headers: {
        ...(token && { authorization: `Bearer ${token.reveal()}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(trust !== undefined && { trust }),
      maxBytes: longestAnswer,
      signal,
    });
  } catch (error) {
    throw unanswered(error, host);
  }
  const found = read(answer);
  if (answer.status === 200 && found !== undefined) return found;
  throw refusal(answer.status, found, host);
}

function unanswered(error: unknown, host: string): CredsError {
  const fault = error instanceof TransportError ? error.fault : 'reset';
  if (fault === 'tls' || fault === 'certificate')
    return new CredsError('tls-untrusted', `The connection to ${host} could not be secured.`, {
      cause: error,
      hint: 'Name the authority of its certificate with `--ca`, and the operator’s certificate with `--certificate` and `--key`.',
    });
  if (fault === 'timeout' || fault === 'aborted')
    return new CredsError('timed-out', `${host} did not answer in time.`, {
      cause: error,
      hint: 'What was asked may have been done: look with `lease list` and `freeze status`, then try again.',
    });
  return new CredsError('unreachable', `${host} cannot be reached (${fault}).`, {
    cause: error,
    hint: 'Check `--admin-url`: it is `admin.listen` of broker.yaml, not the address for jobs.',
  });
}

function read({ body }: HttpAnswer): Record<string, unknown> | undefined {
  try {
    const found = parseStrictJson(body);
    return isObject(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

const codesOf: Readonly<Record<number, ErrorCode>> = {
  400: 'input-invalid',
  401: 'identity-refused',
  403: 'policy-denied',
  404: 'input-invalid',
  409: 'busy',
  429: 'busy',
  502: 'busy',
  503: 'busy',
};

const hints: Partial<Record<ErrorCode, string>> = {
  'input-invalid': 'Correct it; `--help` lists what can be said.',
  'identity-refused':
    'Give `--certificate` and `--key`, or an ID token that is fresh and meant for this broker.',
  'policy-denied': '`admin.operators` of broker.yaml says who may do what.',
  busy: 'The broker’s store or audit log does not answer; try again.',
};

/** The broker’s own words may be told: an operator trusts it. */
function refusal(status: number, body: Record<string, unknown> | undefined, host: string): CredsError {
  const said = body === undefined ? undefined : member(body, 'error_description');
  const id = body === undefined ? undefined : member(body, 'request_id');
  const code = (body === undefined ? undefined : codesOf[status]) ?? 'answer-invalid';
  const why = typeof said === 'string' ? `: ${plain(said)}` : '';
  const hint = hints[code];
  return new CredsError(code, `${host} answered ${String(status)}${why}.`, {
    ...(hint !== undefined && { hint }),
    ...(typeof id === 'string' && { requestId: plain(id) }),
  });
}

/** Text that may go to a terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?').slice(0, 300);
}
