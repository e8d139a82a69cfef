import type { Broker, Caller } from '../commands/broker.ts';
import { newId } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import { asRefusal, refusalResponse, withStandardHeaders } from './answer.ts';
import { addressFinder, type Connection } from './connection.ts';
import { withBody } from './json-answer.ts';
import { createDoor, type Door } from './passage.ts';
import type { Rates } from './rate-limit.ts';
import { checkHeaders, readBody } from './request-limits.ts';

/** A listener as a function: what a server, or a test without a port, calls. Never rejects. */
export type Handler = (request: Request, connection: Connection) => Promise<Response>;

export interface HandlerOptions extends Rates {
  readonly trustedProxies: readonly string[];
  /** The way in; one of its own if absent. */
  readonly door?: Door;
  /** Whether it is an event of a platform, which may be signed. */
  readonly isEvent?: (request: Request) => boolean;
  /** What its requests are to the metrics, where they are no endpoint that is told apart. */
  readonly called?: string;
}

/** A request that may be looked at. */
export interface Passed {
  readonly connection: Connection;
  readonly caller: Caller;
  /** The content octets. @param longest how many, where it is not the usual. @throws Refusal when they are more */
  readonly body: (longest?: number) => Promise<Uint8Array>;
  /** Which endpoint it turned out to be, by a name of ours. */
  readonly seen: { endpoint: string };
}

/** Answers a request that has passed the door. @throws Refusal */
export type Answering = (request: Request, passed: Passed) => Promise<Response>;

/** What stands before every endpoint of a listener: limits, request ids, and the form of what is refused. */
export function behindDoor(broker: Broker, options: HandlerOptions, answer: Answering): Handler {
  const findAddress = addressFinder(options.trustedProxies);
  const door = options.door ?? createDoor(broker.host, options);
  const answered = toldAnswer(broker);
  return async (request, connection) => {
    const address = findAddress(connection, request.headers.get('x-forwarded-for'));
    const caller = { requestId: newId('req'), address, passage: door.passage(address, connection) };
    const seen = { endpoint: options.called ?? 'none' };
    const done = answered(caller, seen);
    let response: Response;
    try {
      caller.passage.enter(options.isEvent?.(request) === true);
      checkHeaders(request, connection);
      const body: Passed['body'] = (longest) => readBody(request, connection, longest);
      response = await answer(request, { connection, caller, body, seen });
    } catch (error) {
      response = await refuse(broker, caller, error);
    }
    done(response.status);
    withStandardHeaders(response, caller.requestId);
    return connection.takesText === true ? response : withBody(response);
  };
}

/** Counts each answer and the time that it took; the log has it where all is told. */
function toldAnswer({ host: { clock }, meters, log }: Broker) {
  return (caller: Caller, seen: Passed['seen']): ((status: number) => void) => {
    const beganMs = clock.monotonicMs();
    return (status) => {
      const seconds = (clock.monotonicMs() - beganMs) / 1000;
      const { endpoint } = seen;
      meters?.requests.observe({ endpoint, status }, seconds);
      log.debug('answered', { request_id: caller.requestId, endpoint, status, seconds });
    };
  };
}

/** Answers an error, and writes down what a stranger may cause at will only in samples. */
async function refuse(broker: Broker, caller: Caller, error: unknown): Promise<Response> {
  const refusal = asRefusal(error) ?? new Refusal('server_error', 'the broker failed; nothing was granted');
  broker.meters?.refusals.inc({ error: refusal.error, reason: refusal.reason ?? '' });
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
