import type { Broker, Caller } from '../commands/broker.ts';
import { newId } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import { asRefusal, refusalResponse, withStandardHeaders } from './answer.ts';
import { addressFinder, type Connection } from './connection.ts';
import { createDoor } from './passage.ts';
import type { Rates } from './rate-limit.ts';
import { checkHeaders, readBody } from './request-limits.ts';

/** A listener as a function: what a server, or a test without a port, calls. Never rejects. */
export type Handler = (request: Request, connection: Connection) => Promise<Response>;

export interface HandlerOptions extends Rates {
  readonly trustedProxies: readonly string[];
}

/** A request that may be looked at. */
export interface Passed {
  readonly connection: Connection;
  readonly caller: Caller;
  /** The content octets. @param longest how many, where it is not the usual. @throws Refusal when they are more */
  readonly body: (longest?: number) => Promise<Uint8Array>;
}

/** Answers a request that has passed the door. @throws Refusal */
export type Answering = (request: Request, passed: Passed) => Promise<Response>;

/** What stands before every endpoint of a listener: limits, request ids, and the form of what is refused. */
export function behindDoor(broker: Broker, options: HandlerOptions, answer: Answering): Handler {
  const findAddress = addressFinder(options.trustedProxies);
  const door = createDoor(broker.host, options);
  return async (request, connection) => {
    const address = findAddress(connection, request.headers.get('x-forwarded-for'));
    const caller = { requestId: newId('req'), address, passage: door.passage(address, connection) };
    let response: Response;
    try {
      door.admit(address);
      checkHeaders(request, connection);
      const body: Passed['body'] = (longest) => readBody(request, connection, longest);
      response = await answer(request, { connection, caller, body });
    } catch (error) {
      response = await refuse(broker, caller, error);
    }
    return withStandardHeaders(response, caller.requestId);
  };
}

/** Answers an error, and writes down what a stranger may cause at will only in samples. */
async function refuse(broker: Broker, caller: Caller, error: unknown): Promise<Response> {
  const refusal = asRefusal(error) ?? new Refusal('server_error', 'the broker failed; nothing was granted');
  const told =
    refusal.status >= 500 ||
    ['invalid_grant', 'invalid_token', 'invalid_dpop_proof', 'invalid_client'].includes(refusal.error);
  if (told) {
    await broker.auditSampled({
      name: refusal.status >= 500 ? 'broker' : 'identity',
      outcome: 'failure',
      message: refusal.message,
      alarm: refusal.status >= 500 && refusal.reason !== 'frozen',
      ...caller,
      detail: { error: refusal.error, reason: refusal.reason, ...causeOf(error, refusal) },
    });
  }
  return refusalResponse(refusal, caller.requestId);
}

/** The message of a defect or of a backend's failure; engines and stores put nothing secret into theirs. */
function causeOf(error: unknown, refusal: Refusal): Record<string, unknown> {
  let cause: unknown = error === refusal ? refusal.cause : error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return refusal.status >= 500 && cause instanceof Error ? { cause: cause.message } : {};
}
