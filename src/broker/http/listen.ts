import { createServer as createPlainServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { Settings } from '../commands/settings.ts';
import type { Handler } from './app.ts';

/** Above our own limit, so that it is we who answer 431. */
const serverHeaderBytes = 64 * 1024;
const readMs = 10_000;

export interface Listening {
  /** The port, also when the settings left its choice to the system (0). */
  readonly port: number;
  /** Takes no new connection; resolves when the open requests are answered, or after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Serves the handler over HTTP or HTTPS. @throws Error when the address cannot be had */
export async function listen(
  settings: Pick<Settings, 'listen' | 'tls'>,
  handle: Handler,
): Promise<Listening> {
  const listener = getRequestListener(
    (request, { incoming }) =>
      handle(request, {
        peer: incoming.socket.remoteAddress ?? '',
        ...(incoming.url === undefined ? {} : { target: incoming.url }),
      }),
    { overrideGlobalObjects: false },
  );
  const options = { maxHeaderSize: serverHeaderBytes, requestTimeout: readMs, headersTimeout: readMs };
  const server =
    settings.tls === undefined
      ? createPlainServer(options)
      : createTlsServer({
          ...options,
          cert: settings.tls.certificate,
          key: settings.tls.key,
          minVersion: 'TLSv1.2',
        });
  server.on('request', (request, response: ServerResponse) => void listener(request, response));
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
