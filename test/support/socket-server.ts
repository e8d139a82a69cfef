/** Servers that fail below HTTP. */
import { randomInt } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { closeServer, listen } from './faulty-server.ts';

export interface SocketServer extends AsyncDisposable {
  readonly port: number;
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function startSocketServer(onSocket: (socket: Socket) => void): Promise<SocketServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  const port = await listen(server);
  const close = () => closeServer(server, sockets);
  return { port, connections: () => connections, close, [Symbol.asyncDispose]: close };
}

/** Accepts and never says a word. */
export function silentSocket(socket: Socket): void {
  socket.resume();
}

/** Resets the connection at the first byte: a TLS handshake that is cut. */
export function cutAtFirstByte(socket: Socket): void {
  socket.once('data', () => socket.resetAndDestroy());
}

/** Below those that systems give out by themselves, so that no connection and no other server takes it meanwhile. */
const [lowest, highest] = [10_000, 32_000];

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => {
        resolve(false);
      });
      server.listen(port, '127.0.0.1', () => {
        server.close(() => {
          resolve(true);
        });
      });
    });
    if (isFree) return port;
  }
}
