/** Behaviours for `startFaultyServer`: how a server can answer well, and how it can fail. */
import type { OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Behaviour } from './faulty-server.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export function answer({ status = 200, headers = {}, body = '' }: Answer): Behaviour {
  return ({ response }) => response.writeHead(status, headers).end(body);
}

export function json(value: unknown, more: Omit<Answer, 'body'> = {}): Behaviour {
  return rawJson(JSON.stringify(value), more);
}

/** A body that no serialiser would write: cut short, with a member twice, with `__proto__`. */
export function rawJson(body: string | Uint8Array, more: Omit<Answer, 'body'> = {}): Behaviour {
  return answer({ ...more, headers: { 'content-type': 'application/json', ...more.headers }, body });
}

/** With a byte order mark in front. */
export function markedJson(value: unknown): Behaviour {
  return rawJson(`\uFEFF${JSON.stringify(value)}`);
}

/** A status without a useful body. `retryAfter` in seconds, or the moment that the server names as an HTTP date. */
export function status(code: number, retryAfter?: number | Date): Behaviour {
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  const headers: OutgoingHttpHeaders = {};
  if (retryAfter !== undefined) headers['retry-after'] = value;
  return answer({ status: code, headers, body: 'no' });
}

export function redirect(code: 301 | 302 | 303 | 307 | 308, to: string): Behaviour {
  return answer({ status: code, headers: { location: to } });
}

/** A sign-in page where an answer should be. */
export const signInPage: Behaviour = answer({
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in</title>',
});

/** What a log must never obey or show as it is: commands of the runner, terminal control, writing direction. */
export const hostileText =
  'first\n::add-path::/tmp/evil\r\n::stop-commands::x\n##[add-mask]oops\u001b[31mred\u001b]0;title\u0007\u202Eesrever\u2066\u0000end';

export function slowHeaders(ms: number, then: Behaviour): Behaviour {
  return (exchange) => {
    exchange.later(ms, () => {
      then(exchange);
    });
  };
}

/** Headers at once, then a byte of the body now and then. */
export function slowBody(body: string, everyMs: number): Behaviour {
  return ({ response, later }) => {
    response.writeHead(200, jsonOf(body));
    response.flushHeaders();
    const send = (at: number) => {
      if (at === body.length) response.end();
      else
        later(everyMs, () => {
          response.write(body[at]);
          send(at + 1);
        });
    };
    send(0);
  };
}

/** Takes the request and says nothing. */
export const silence: Behaviour = () => undefined;

export const headersThenSilence: Behaviour = ({ response }) => {
  response.writeHead(200, jsonOf('x'.repeat(100)));
  response.flushHeaders();
};

/** Promises more than it sends, then closes the connection in an orderly way. */
export function truncated(body: string): Behaviour {
  return ({ response, socket }) => {
    response.writeHead(200, jsonOf(body));
    response.write(body.slice(0, body.length / 2), () => socket.end());
  };
}

/** Chunked, without the last chunk. */
export function chunkedCut(body: string): Behaviour {
  return ({ response, socket }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(body, () => socket.end());
  };
}

/** Answers with a TCP reset. */
export const reset: Behaviour = ({ socket }) => {
  socket.resetAndDestroy();
};

export const resetAfterHeaders: Behaviour = ({ response, socket, later }) => {
  response.writeHead(200, jsonOf('x'.repeat(100)));
  response.write('{', () => {
    // The client must have read the headers: a reset discards what it has not read.
    later(50, () => socket.resetAndDestroy());
  });
};

/** Goes on with the body until the client has had enough. */
export function endlessBody(stopAfterBytes = 64 * 1024 * 1024): Behaviour {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(16_384, ' ');
    let sent = 0;
    const send = () => {
      while (!response.destroyed && sent < stopAfterBytes) {
        sent += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', send);
          return;
        }
      }
      response.end();
    };
    send();
  };
}

/** A body of the given length, correctly announced. */
export function bigBody(bytes: number): Behaviour {
  return rawJson(JSON.stringify({ value: 'x'.repeat(bytes) }));
}

/** Little on the wire, much when it is unpacked. */
export function gzipBomb(mebibytes = 64): Behaviour {
  return (exchange) => {
    const mebibyte = gzipSync(Buffer.alloc(1024 * 1024, ' '));
    const body = Buffer.concat(Array.from({ length: mebibytes }, () => mebibyte));
    rawJson(body, { headers: { 'content-encoding': 'gzip' } })(exchange);
  };
}

export function gzipped(value: unknown): Behaviour {
  return rawJson(gzipSync(JSON.stringify(value)), { headers: { 'content-encoding': 'gzip' } });
}

function jsonOf(body: string): OutgoingHttpHeaders {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
}
