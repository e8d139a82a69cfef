import type { Duplex } from 'node:stream';
import { newId } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import { refusalResponse, withStandardHeaders } from './answer.ts';
import { withBody } from './json-answer.ts';

const problems = {
  400: { name: 'Bad Request', message: 'this is not a valid HTTP request' },
  408: { name: 'Request Timeout', message: 'the request took too long to arrive' },
  431: { name: 'Request Header Fields Too Large', message: 'the headers are too large' },
} as const;

type Status = keyof typeof problems;

/** A request that came in on the connection, and its answer. */
export interface UnderWay {
  readonly request: { readonly complete: boolean };
  readonly answer: { readonly headersSent: boolean; readonly writableFinished: boolean };
}

/** What the server would otherwise answer by itself, without a request id and free to be kept. */
export function malformedResponse(status: Status = 400): Response {
  const requestId = newId('req');
  const refusal = new Refusal('invalid_request', problems[status].message, { status });
  const response = withBody(withStandardHeaders(refusalResponse(refusal, requestId), requestId));
  // Where such a request ends is not known either (RFC 9112 §6.3).
  response.headers.set('connection', 'close');
  return response;
}

/**
 * Answers octets that never became a request, and closes.
 * @param underWay the connection's latest request: into the middle of its answer nothing is written, nor where an
 * answer to all of it is expected
 */
export async function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  underWay: UnderWay | undefined,
): Promise<void> {
  const interrupts =
    underWay !== undefined &&
    !underWay.answer.writableFinished &&
    (underWay.answer.headersSent || underWay.request.complete);
  if (!socket.writable || interrupts) {
    socket.destroy();
    return;
  }
  const status = statusOf(error);
  const response = malformedResponse(status);
  const body = Buffer.from(await response.arrayBuffer());
  const head = [
    `HTTP/1.1 ${String(status)} ${problems[status].name}`,
    ...[...response.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${String(body.length)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body.toString()}`, () => socket.destroy());
}

/** https://nodejs.org/api/http.html#event-clienterror */
function statusOf({ code }: NodeJS.ErrnoException): Status {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
