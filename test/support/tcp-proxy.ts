/** A real proxy between a client and a server that does to the client's octets what a test says: networks fail like it. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of a piece that a client sent. `cut`: it never arrives and the connection ends. `lose`: it arrives, but
 * the client is cut off and never has the answer. `hold`: it arrives when the test lets go, whether the client is still
 * there or not.
 */
export type Fate = 'pass' | 'cut' | 'lose' | 'hold';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** The port of 127.0.0.1 to which new connections go. */
  target: number;
  /** By default everything passes. @param connection which of them the piece is of */
  judge: (piece: Buffer, connection: number) => Fate;
  /** Delivers what was held. */
  letGo(): void;
  /** Ends every connection; new ones are taken. */
  cutAll(): void;
}

/** Forwards to a port of 127.0.0.1. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let held: (() => void)[] = [];
  let connections = 0;
  const kept = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer((accepted) => {
    const client = kept(accepted);
    const upstream = kept(connect(proxy.target, '127.0.0.1'));
    const connection = connections++;
    let late = false;
    client.on('data', (piece: Buffer) => {
      const fate = late ? 'hold' : proxy.judge(piece, connection);
      if (fate === 'cut') client.destroy();
      else if (fate === 'hold') {
        late = true;
        held.push(() => {
          late = false;
          upstream.write(piece);
          if (client.destroyed) upstream.end();
        });
      } else upstream.write(piece);
      if (fate !== 'lose') return;
      late = true;
      upstream.once('data', () => upstream.destroy());
      client.destroy();
    });
    upstream.on('data', (piece: Buffer) => client.write(piece));
    upstream.once('close', () => client.destroy());
    client.once('close', () => {
      if (!late) upstream.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    target,
    judge: () => 'pass',
    letGo: () => {
      for (const deliver of held) deliver();
      held = [];
    },
    cutAll,
    [Symbol.asyncDispose]: () => {
      cutAll();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  return proxy;
}
