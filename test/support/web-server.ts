// A FAKE of a place on the web that wants a login: it lets in who has it and says what else was asked, over real HTTP.
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { Authority } from './certificates.ts';
import { closeServer, listen } from './faulty-server.ts';

export interface WebServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Without a slash at the end. */
  readonly url: string;
  /** `GET /path Basic …` of each request, `-` for no login. */
  readonly asked: readonly string[];
}

interface Options {
  /** The `Authorization` that is let in. */
  readonly authorization: string;
  readonly authority?: Authority;
  /** Answers who is let in. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}

export async function startWebServer({ authorization, authority, answer }: Options): Promise<WebServer> {
  const asked: string[] = [];
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const { authorization: given } = request.headers;
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${given ?? '-'}`);
    if (given === authorization) answer(request, response);
    else {
      request.resume();
      response
        .writeHead(401, { 'www-authenticate': `${authorization.split(' ')[0] ?? ''} realm="x"` })
        .end('no');
    }
  };
  const server = authority === undefined ? createHttp(handler) : createHttps(authority.issue(), handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const host = `127.0.0.1:${String(await listen(server))}`;
  return {
    host,
    url: `${authority === undefined ? 'http' : 'https'}://${host}`,
    asked,
    [Symbol.asyncDispose]: () => closeServer(server, sockets),
  };
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
