import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import {
  createSecureContext,
  TLSSocket,
  type SecureContext,
  type SecureContextOptions,
  type TlsOptions,
} from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { fullMatch } from '../../domain/pattern.ts';
import type { Settings } from '../commands/settings.ts';
import type { ClientCertificate } from '../domain/operator.ts';
import type { Connection } from './connection.ts';
import { readContent } from './content.ts';
import type { Handler } from './front-door.ts';
import { textOf } from './json-answer.ts';
import { answerMalformed, malformedResponse, type UnderWay } from './malformed.ts';
import { headerLength } from './request-limits.ts';
import { contextByName } from './server-names.ts';

/** Above our own limit, so that it is we who answer 431. */
const serverHeaderBytes = 64 * 1024;
const readMs = 10_000;

export interface Listening {
  /** The port, also when the settings left its choice to the system (0). */
  readonly port: number;
  /** For the connections that begin from now on; those that stand go on. @throws Error when they do not fit together */
  useCertificate(pair: CertifiedKey): void;
  /**
   * Takes no new connection; each open one ends with the answer that it waits for. Resolves when the last has, or
   * after `graceMs`, when they are cut.
   */
  close(graceMs: number): Promise<void>;
}

interface ListenSettings extends Pick<Settings, 'listen'> {
  /** With `clientCa` (PEM) clients are asked for a certificate; whoever has none is let in without. */
  readonly tls: CertifiedKey | undefined;
}

/** PEM text. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
  /** Whoever is asked for a certificate is then believed for one of this authority. */
  readonly clientCa?: string;
  /** Shown to those who ask for one of their names. */
  readonly others?: readonly Pick<CertifiedKey, 'certificate' | 'key'>[];
}

const minVersion = 'TLSv1.2';

/** @throws Error when a server could not be had with them */
export function checkServes(pair: CertifiedKey): void {
  createSecureContext(contextOf(pair));
  namesOf(pair);
}

function namesOf(pair: CertifiedKey): (name: string) => SecureContext | undefined {
  const all = [pair, ...(pair.others ?? [])];
  return contextByName(
    all.map((each) => ({ certificate: each.certificate, context: createSecureContext(contextOf(each)) })),
  );
}

function contextOf({ certificate: cert, key, clientCa: ca }: CertifiedKey): SecureContextOptions {
  return { cert, key, minVersion, ...(ca !== undefined && { ca }) };
}

/** Serves the handler over HTTP or HTTPS. @throws Error when the address cannot be had */
export async function listen(settings: ListenSettings, handle: Handler): Promise<Listening> {
  const { tls } = settings;
  let byName = tls && namesOf(tls);
  const server = createServer(tls, (name) => byName?.(name));
  const ending = new AbortController();
  serve(server, handle, () => ending.signal.aborted || settings.tls?.clientCa !== undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.listen.port, settings.listen.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : settings.listen.port,
    useCertificate: (pair) => {
      checkServes(pair);
      if (server instanceof TlsServer) server.setSecureContext(contextOf(pair));
      byName = namesOf(pair);
    },
    close: (graceMs) => {
      ending.abort();
      return closeServer(server, graceMs);
    },
  };
}

/** @param byName the context of a name that is not the first certificate's */
function createServer(
  tls: ListenSettings['tls'],
  byName: (name: string) => SecureContext | undefined,
): Server {
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
  // Whether the certificate is one of the authority's is looked at with the request: see `certificateOf`.
  const clients = tls.clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
  const SNICallback: TlsOptions['SNICallback'] = (name, choose) => {
    choose(null, byName(name));
  };
  return createTlsServer({
    ...options,
    ...clients,
    ...contextOf(tls),
    SNICallback,
    handshakeTimeout: readMs,
  });
}

/**
 * Every answer is ours, also to what is no request.
 * @param isLast whether the connection ends with its answer. Whoever keeps one open would otherwise keep it until it is
 * cut, maybe in the middle of an answer, and a client's certificate would be good for as long as he likes: it is looked
 * at when a connection begins
 */
function serve(server: Server, handle: Handler, isLast: () => boolean): void {
  const listener = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const message = incoming as IncomingMessage;
      if (!isSound(message)) return malformedResponse();
      const { url, socket } = message;
      const target = url === undefined ? {} : { target: url };
      const onHangUp = (callback: () => void): void => {
        outgoing.once('close', callback);
      };
      const headerBytes = headerLength(message.rawHeaders);
      const certificate = certificateOf(socket);
      const connection: Connection = {
        peer: socket.remoteAddress ?? '',
        ...target,
        headerBytes,
        onHangUp,
        content: (longest) => readContent(message, longest),
        takesText: true,
        ...(certificate && { certificate }),
      };
      const answer = await handle(request, connection);
      if (isLast()) answer.headers.set('connection', 'close');
      const text = textOf(answer);
      if (text === undefined) return answer;
      send(outgoing as ServerResponse, answer, text);
      return RESPONSE_ALREADY_SENT;
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

/** In one piece, and without a stream between. */
function send(outgoing: ServerResponse, { status, headers }: Response, text: string): void {
  const length = Buffer.byteLength(text);
  outgoing.writeHead(status, { ...Object.fromEntries(headers), 'content-length': length });
  outgoing.end(text);
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

// Made once: of a pattern that stands where it is used, each use makes another.
const plainPath = /(\/[A-Za-z0-9._~-]*)+/;

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
  return fullMatch(plainPath, path) && !/\/(\.{0,2}\/|\.{1,2}$)/.test(path);
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
