import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { fullMatch } from '../../domain/pattern.ts';
import type { Settings } from '../commands/settings.ts';
import type { ClientCertificate } from '../domain/operator.ts';
import type { Handler } from './front-door.ts';
import { answerMalformed, malformedResponse, type UnderWay } from './malformed.ts';
import { headerLength } from './request-limits.ts';

/** Above our own limit, so that it is we who answer 431. */
const serverHeaderBytes = 64 * 1024;
const readMs = 10_000;

export interface Listening {
  /** The port, also when the settings left its choice to the system (0). */
  readonly port: number;
  /** Takes no new connection; resolves when the open requests are answered, or after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

interface ListenSettings extends Pick<Settings, 'listen'> {
  /** With `clientCa` (PEM) clients are asked for a certificate; whoever has none is let in without. */
  readonly tls: (NonNullable<Settings['tls']> & { readonly clientCa?: string }) | undefined;
}

/** Serves the handler over HTTP or HTTPS. @throws Error when the address cannot be had */
export async function listen(settings: ListenSettings, handle: Handler): Promise<Listening> {
  const server = createServer(settings.tls);
  serve(server, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.listen.port, settings.listen.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : settings.listen.port,
    close: (graceMs) => closeServer(server, graceMs),
  };
}

function createServer(tls: ListenSettings['tls']): Server {
  const options = {
    maxHeaderSize: serverHeaderBytes,
    requestTimeout: readMs,
    headersTimeout: readMs,
    // Node looks for late requests only every 30 s if not told otherwise.
    connectionsCheckingInterval: 1000,
    // Ours to answer, see `serve`.
    requireHostHeader: false,
  };
  if (tls === undefined) return createPlainServer(options);
  const { certificate: cert, key, clientCa: ca } = tls;
  // Whether the certificate is one of the authority's is looked at with the request: see `certificateOf`.
  const clients = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false };
  return createTlsServer({
    ...options,
    ...clients,
    cert,
    key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: readMs,
  });
}

/** Every answer is ours, also to what is no request. */
function serve(server: Server, handle: Handler): void {
  const listener = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const message = incoming as IncomingMessage;
      if (!isSound(message)) return malformedResponse();
      const { url, socket } = message;
      const target = url === undefined ? {} : { target: url };
      const onHangUp = (callback: () => void): void => {
        outgoing.once('close', callback);
      };
      // Not destroyed when it is too long: the answer goes out on the same connection.
      const content = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
      const headerBytes = headerLength(message.rawHeaders);
      const peer = socket.remoteAddress ?? '';
      const certificate = certificateOf(socket);
      return handle(request, {
        peer,
        ...target,
        headerBytes,
        onHangUp,
        content,
        ...(certificate && { certificate }),
      });
    },
    { overrideGlobalObjects: false, hostname: 'localhost', errorHandler: () => malformedResponse() },
  );
  const latest = new WeakMap<Duplex, UnderWay>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    latest.set(request.socket, { request, answer: response });
    void listener(request, response);
  };
  server.on('request', onRequest);
  // An expectation that nobody knows may be passed over (RFC 9110 §10.1.1).
  server.on('checkExpectation', onRequest);
  server.on('clientError', (error, socket) => {
    void answerMalformed(error, socket, latest.get(socket));
  });
}

/** The client's certificate, when the listener's authority signed it and it is good today. */
function certificateOf(socket: IncomingMessage['socket']): ClientCertificate | undefined {
  const found =
    socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (found === undefined) return undefined;
  // Node has one line for each part, with commas in it escaped; RFC 2253 begins with the last.
  const subject = found.subject.split('\n').toReversed().join(',');
  return { subject, fingerprint: found.fingerprint256.replaceAll(':', '').toLowerCase() };
}

/** What Node’s parser lets pass, and a proxy in front of us may read otherwise than we do. */
function isSound({ url = '', headersDistinct, httpVersion }: IncomingMessage): boolean {
  // RFC 9112 §3.2; load balancers check health in HTTP/1.0.
  const hosts = headersDistinct['host']?.length ?? 0;
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) return false;
  // RFC 9112 §6.1: no other coding than chunked is undone here, and HTTP/1.0 has none.
  const codings = headersDistinct['transfer-encoding']?.join(',').trim().toLowerCase();
  if (codings !== undefined && (codings !== 'chunked' || httpVersion === '1.0')) return false;
  // One spelling for each address: no dot segments, no empty ones, no percent-encoding. In absolute form (RFC 9112
  // §3.2.2) the path is what counts.
  const [, path = ''] = /^(?:https?:\/\/[A-Za-z0-9.:[\]-]+)?(\/[^?]*)/.exec(url) ?? [];
  return fullMatch(/(\/[A-Za-z0-9._~-]*)+/, path) && !/\/(\.{0,2}\/|\.{1,2}$)/.test(path);
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const force = setTimeout(() => {
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearTimeout(force);
}
