import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { TransportError } from '../domain/host.ts';

const connectMs = 5000;
/** With the handshake: before an attempt has to give up and cannot know any more that nothing was sent. */
const secureMs = 9000;
/** Servers close a connection on which nothing comes; a request must not meet one that is just being closed. */
const idleMs = 4000;

/** Node's own documented hooks for connecting; its types leave some out for https. */
interface Connector {
  createConnection: (options: object, done?: unknown) => Socket;
  getName: (options: object) => string;
  readonly options: object;
}

/** The connections to servers that are reached without a proxy: one serves all requests to its server. */
export interface Connections {
  /** What makes and keeps them for Node's HTTP client. */
  agentFor(url: URL): HttpAgent;
  /**
   * Connects ahead of the first request, which then finds the connection. Nothing is sent but the TLS handshake.
   * @returns when the server has been reached or could not be: then the request itself will say why
   */
  open(url: URL, tls: AgentOptions): Promise<void>;
}

/** No connection stands yet. Each attempt to connect takes five seconds at most, with TLS nine. */
export function makeConnections(): Connections {
  // The process ends them by ending.
  const https = new HttpsAgent({ keepAlive: true });
  const http = new HttpAgent({ keepAlive: true });
  const openHttps = stocked(https);
  const openHttp = stocked(http);
  return {
    agentFor: ({ protocol }) => (protocol === 'https:' ? https : http),
    open: (url, tls) => {
      const host = addressOf(url);
      const isTls = url.protocol === 'https:';
      const port = Number(url.port === '' ? (isTls ? 443 : 80) : url.port);
      if (!isTls) return openHttp({ host, port });
      return openHttps({ ...tls, host, port, servername: isIP(host) === 0 ? host : '' });
    },
  };
}

/** The host's name, or its address without the brackets of a URL. */
export function addressOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Lets the agent take what was opened ahead, under the name by which Node tells equal connections: trust is part of it. */
function stocked(agent: HttpAgent): (options: object) => Promise<void> {
  const connector = agent as unknown as Connector;
  const connect = connector.createConnection.bind(agent);
  const stock = new Map<string, Socket>();
  const take = (name: string): Socket | undefined => {
    const socket = stock.get(name);
    stock.delete(name);
    return socket;
  };
  connector.createConnection = (options, done) =>
    take(connector.getName(options)) ?? bounded(connect(options, done));
  return (given) =>
    new Promise((reached) => {
      const options = { ...connector.options, ...given };
      const name = connector.getName(options);
      const socket = bounded(connect(options));
      stock.set(name, socket);
      const drop = (): void => {
        if (stock.get(name) === socket) take(name)?.destroy();
        reached();
      };
      const timer = setTimeout(drop, idleMs).unref();
      socket
        .on('error', drop)
        .once('end', drop)
        .once('connect', reached)
        .once('close', () => {
          clearTimeout(timer);
          drop();
        });
    });
}

function bounded(socket: Socket): Socket {
  const within = (ms: number, event: string): void => {
    const timer = setTimeout(() => socket.destroy(new TransportError('timeout', { unsent: true })), ms);
    const clear = (): void => {
      clearTimeout(timer);
    };
    socket.once(event, clear).once('close', clear);
  };
  within(connectMs, 'connect');
  if ('encrypted' in socket) within(secureMs, 'secureConnect');
  return socket;
}
