// What a TLS session that is resumed says of its client (RFC 8446 §2.2): no more than it said when it began.
import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import { listen, type Listening } from '../../../src/broker/http/listen.ts';
import { startDesk, type OperatorDesk } from '../../support/broker/operator-desk.ts';
import { createAuthority, type Certified } from '../../support/certificates.ts';

const servers = createAuthority('servers');
const operators = createAuthority('operators');
const strangers = createAuthority('strangers');

let desk: OperatorDesk | undefined;
let server: Listening | undefined;

afterEach(async () => {
  await server?.close(0);
  await desk?.broker.stop();
  desk = server = undefined;
});

async function start(): Promise<number> {
  desk = await startDesk(operators.cert, { admin: (yaml) => yaml.replace('CN=bob,O=Example', 'CN=bob') });
  const { cert, key } = servers.issue();
  const tls = { certificate: cert, key, clientCa: operators.cert };
  server = await listen({ listen: { host: '127.0.0.1', port: 0 }, tls }, desk.handle);
  return server.port;
}

interface Asked {
  readonly status: string;
  readonly reused: boolean;
  readonly session: Buffer | undefined;
}

/** One request on a connection of its own. */
async function ask(port: number, options: ConnectionOptions): Promise<Asked> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: servers.cert, ...options });
  let session: Buffer | undefined;
  socket.on('session', (found: Buffer) => (session = found));
  socket.write('GET /admin/roles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'secureConnect');
  const reused = socket.isSessionReused();
  await once(socket, 'close');
  return { status: text.slice(9, 12), reused, session };
}

const bob = operators.issue({ names: ['bob'] });
const eve = strangers.issue({ names: ['bob'] });

test.each<[string, Certified | undefined, string]>([
  ['an operator stays one', bob, '200'],
  ['who had no certificate has none', undefined, '401'],
  ['whose certificate another authority signed is nobody', eve, '401'],
])('%s', async (_, certificate, status) => {
  const port = await start();
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const first = await ask(port, { ...certificate, maxVersion });
    expect(first).toMatchObject({ status, reused: false });
    const again = await ask(port, { maxVersion, session: first.session });
    expect(again).toMatchObject({ status, reused: true });
  }
});
