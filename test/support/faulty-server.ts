/** Little real servers on loopback that misbehave as told (see faults.ts), and remember what reached them. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { Certified } from './certificates.ts';

interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request and the means to answer it well or badly. */
interface Exchange {
  readonly request: Received;
  readonly response: ServerResponse;
  /** The TCP connection below, also when TLS is spoken on it. */
  readonly socket: Socket;
  /** Runs later, unless the server was closed before. */
  readonly later: (ms: number, action: () => void) => void;
}

export type Behaviour = (exchange: Exchange) => void;

export interface FaultyServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** What arrived, in order. */
  readonly requests: readonly Received[];
  readonly connections: () => number;
  /** Cuts what is open; afterwards there is no handle left. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Speaks TLS with this certificate. */
  readonly tls?: Certified;
}

export async function startFaultyServer(
  behaviour: Behaviour,
  options: ServerOptions = {},
): Promise<FaultyServer> {
  const requests: Received[] = [];
  const sockets = new Map<number, Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, action: () => void) => void timers.add(setTimeout(action, ms));
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    void receive(incoming).then((request) => {
      const socket = sockets.get(incoming.socket.remotePort ?? 0);
      if (request === undefined || socket === undefined) return;
      requests.push(request);
      behaviour({ request, response, socket, later });
    });
  };
  const { tls } = options;
  const server = tls === undefined ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest);
  server.on('tlsClientError', () => undefined);
  const connections = trackSockets(server, sockets);
  const port = await listen(server);
  const close = async () => {
    for (const timer of timers) clearTimeout(timer);
    await closeServer(server, sockets.values());
  };
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`;
  return { url, port, requests, connections, close, [Symbol.asyncDispose]: close };
}

/** Keeps the TCP connections by the client's port: TLS hides them from the response. Returns their count so far. */
function trackSockets(server: Server, sockets: Map<number, Socket>): () => number {
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(port));
  });
  return () => connections;
}

/** Ends a server and every connection to it; no handle is left. */
export async function closeServer(server: NetServer, sockets: Iterable<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** The first request meets the first behaviour, the next the second; the last one stays. */
export function sequence(behaviours: readonly Behaviour[]): Behaviour {
  let turn = 0;
  return (exchange) => behaviours[Math.min(turn++, behaviours.length - 1)]?.(exchange);
}

/** The same behaviour for so many requests, for use in a `sequence`. */
export function times(count: number, behaviour: Behaviour): Behaviour[] {
  return Array.from({ length: count }, () => behaviour);
}

/** A behaviour for each path, so that one server plays several parts. @throws for a path that is not named */
export function byPath(behaviours: Readonly<Record<string, Behaviour>>): Behaviour {
  return (exchange) => {
    const path = exchange.request.path.split('?')[0] ?? '';
    const behaviour = behaviours[path];
    if (behaviour === undefined) exchange.response.writeHead(404).end();
    else behaviour(exchange);
  };
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Undefined when the client went away before its request was whole. */
async function receive(incoming: IncomingMessage): Promise<Received | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}
