/**
 * An HTTP CONNECT proxy on loopback. Clients bypass proxies for loopback addresses, so `routes` leads invented
 * names (`broker.test:443`) to ports of this machine.
 */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certified } from './certificates.ts';
import { closeServer, listen } from './faulty-server.ts';

export interface ProxyOptions {
  /** `host:port` as the client names it → port on 127.0.0.1; what is not named is refused with 502. */
  readonly routes?: Readonly<Record<string, number>>;
  /** Wanted as `Proxy-Authorization: Basic`; else 407. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** `silent`: says 200 to CONNECT and never a word again. `mute`: does not even answer CONNECT. */
  readonly mode?: 'tunnel' | 'silent' | 'mute';
  /** What it says when the tunnel stands; 200 if nothing is said. */
  readonly granted?: string;
  /** The proxy itself speaks TLS. */
  readonly tls?: Certified & { readonly requestCert?: true; readonly rejectUnauthorized?: false };
}

interface Connect {
  readonly target: string;
  readonly authorization: string | undefined;
  /** Common name of the client certificate that it was shown; undefined: none. */
  readonly client: string | undefined;
}

export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** With the wanted credentials in it. */
  readonly urlWithCredentials: string;
  /** Every CONNECT that arrived, in order. */
  readonly connects: readonly Connect[];
  close(): Promise<void>;
}

const established = '200 Connection Established';

export async function startProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const connects: Connect[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const refused: RequestListener = (_, response) => response.writeHead(501).end();
  const { tls } = options;
  const server = tls === undefined ? createServer(refused) : createHttpsServer(tls, refused);
  server.on('connection', track);
  server.on('connect', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const target = request.url ?? '';
    connects.push({
      target,
      authorization: request.headers['proxy-authorization'],
      client: commonNameOf(client),
    });
    const refusal = refuse(request, target, options);
    if (options.mode === 'mute') return;
    if (refusal !== undefined) client.end(`HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`);
    else if (options.mode === 'silent') client.write(`HTTP/1.1 ${established}\r\n\r\n`);
    else {
      const way = track(connect(options.routes?.[target] ?? 0, '127.0.0.1'));
      way.once('connect', () => client.write(`HTTP/1.1 ${options.granted ?? established}\r\n\r\n`));
      tunnel(client, head, way);
    }
  });
  const port = await listen(server);
  const close = () => closeServer(server, sockets);
  const { username = '', password = '' } = options.credentials ?? {};
  const scheme = tls === undefined ? 'http' : 'https';
  const authority = `127.0.0.1:${String(port)}`;
  return {
    url: `${scheme}://${authority}`,
    urlWithCredentials: `${scheme}://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${authority}`,
    connects,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function commonNameOf(client: Socket): string | undefined {
  const subject = client instanceof TLSSocket ? client.getPeerX509Certificate()?.subject : undefined;
  return subject?.replace('CN=', '');
}

function refuse(request: IncomingMessage, target: string, options: ProxyOptions): string | undefined {
  const { credentials, routes, mode } = options;
  if (credentials !== undefined) {
    const wanted = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    if (request.headers['proxy-authorization'] !== `Basic ${wanted}`)
      return '407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="proxy"';
  }
  return mode !== 'silent' && routes?.[target] === undefined ? '502 Bad Gateway' : undefined;
}

function tunnel(client: Socket, head: Buffer, server: Socket): void {
  server.once('connect', () => {
    server.write(head);
    client.pipe(server).pipe(client);
  });
  server.on('close', () => client.destroy());
  client.on('close', () => server.destroy());
}
