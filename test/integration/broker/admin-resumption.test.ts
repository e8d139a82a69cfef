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
  /** The listener ends the connection with its answer. */
  readonly isLast: boolean;
  readonly session: Buffer | undefined;
}

interface Asking extends ConnectionOptions {
  /** The client would keep the connection. */
  readonly keep?: boolean;
}

/** One request on a connection of its own. Resolves when the listener has ended it. */
async function ask(port: number, { keep, ...options }: Asking): Promise<Asked> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: servers.cert, ...options });
  let session: Buffer | undefined;
  socket.on('session', (found: Buffer) => (session = found));
  const connection = keep === true ? 'keep-alive' : 'close';
  socket.write(`GET /admin/roles HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'secureConnect');
  const reused = socket.isSessionReused();
  await once(socket, 'close');
  return { status: text.slice(9, 12), reused, session, isLast: /\r\nconnection: close\r\n/i.test(text) };
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

test('nor more than the authority of today says, and no connection outlives its answer', async () => {
  const port = await start();
  const { cert, key } = servers.issue();
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    server?.useCertificate({ certificate: cert, key, clientCa: operators.cert });
    const first = await ask(port, { ...bob, maxVersion, keep: true });
    expect(first).toMatchObject({ status: '200', reused: false, isLast: true });
    server?.useCertificate({ certificate: cert, key, clientCa: strangers.cert });
    expect(await ask(port, { ...bob, maxVersion, session: first.session })).toMatchObject({ status: '401' });
  }
});
