// What becomes of a request whose TLS connection fails, over real sockets: how it is told, and whether anything was sent.
import type { Socket } from 'node:net';
import { createServer, type SecureVersion, type TLSSocket } from 'node:tls';
import { describe, expect, jest, test } from '@jest/globals';
import type { HttpRequest } from '../../../src/domain/host.ts';
import { brokerTransport } from '../../../src/entry/broker-transport.ts';
import { faultOf } from '../../../src/protocol/http-answer.ts';
import { httpTransport } from '../../../src/protocol/transport.ts';
import { createAuthority } from '../../support/certificates.ts';
import { closeServer, listen } from '../../support/faulty-server.ts';
import { startSocketServer } from '../../support/socket-server.ts';

const authority = createAuthority();
const versions: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

const post = (port: number): HttpRequest => ({
  method: 'POST',
  url: new URL(`https://localhost:${String(port)}/token`),
  headers: {},
  body: 'subject_token=x',
  maxBytes: 100,
  trust: authority.cert,
  signal: new AbortController().signal,
});

interface Door extends AsyncDisposable {
  readonly port: number;
  /** What has come through it. */
  readonly heard: string[];
}

/** Speaks this version of TLS alone. */
async function door(
  version: SecureVersion,
  options: object = {},
  answer: (socket: TLSSocket, beneath: readonly Socket[]) => void = () => undefined,
): Promise<Door> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const tls = { ...authority.issue(), minVersion: version, maxVersion: version, ...options };
  const server = createServer(tls, (socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (octets: Buffer) => {
        heard.push(octets.toString());
        answer(socket, [...sockets]);
      });
  });
  server
    .on('tlsClientError', () => undefined)
    .on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => undefined));
    });
  const port = await listen(server);
  return { port, heard, [Symbol.asyncDispose]: () => closeServer(server, sockets) };
}

const demanding = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };

test.each(versions)('%s: who wants a client certificate says so, and has heard nothing', async (version) => {
  await using server = await door(version, demanding);
  await expect(httpTransport().send(post(server.port))).rejects.toMatchObject({
    fault: 'tls',
    alert: version === 'TLSv1.3' ? 116 : 40,
    unsent: true,
  });
  expect(server.heard).toEqual([]);
});

test.each(versions)('%s: a server that is not trusted has heard nothing', async (version) => {
  await using server = await door(version, createAuthority('another').issue());
  const { send, connect } = httpTransport();
  await expect(send(post(server.port))).rejects.toMatchObject({ fault: 'certificate', unsent: true });
  // Neither where it was connected to ahead.
  await connect(post(server.port).url, authority.cert);
  await expect(send(post(server.port))).rejects.toMatchObject({ fault: 'certificate', unsent: true });
  expect(server.heard).toEqual([]);
});

test.each([40, 42, 45, 46, 48, 70, 112, 116])('alert %i in place of a handshake is told', async (alert) => {
  await using server = await startSocketServer((socket) =>
    socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert]))),
  );
  const sent = httpTransport().send(post(server.port));
  await expect(sent).rejects.toMatchObject({ fault: 'tls', alert, unsent: true });
});

test('what speaks no TLS has heard no request', async () => {
  await using server = await startSocketServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  await expect(httpTransport().send(post(server.port))).rejects.toMatchObject({
    fault: 'tls',
    alert: undefined,
    unsent: true,
  });
});

test('a handshake that is cut has carried nothing', async () => {
  await using server = await startSocketServer((socket) =>
    socket.once('data', () => socket.resetAndDestroy()),
  );
  const sent = httpTransport().send(post(server.port));
  await expect(sent).rejects.toMatchObject({ fault: 'reset', unsent: true });
});

test.each(versions)(
  '%s: a connection that breaks behind its handshake may have carried it',
  async (version) => {
    await using server = await door(version, {}, (socket) => socket.destroy());
    const sent = httpTransport().send(post(server.port));
    await expect(sent).rejects.toMatchObject({ fault: 'reset', unsent: false });
    expect(server.heard.join('')).toContain('subject_token=x');
  },
);

test('TLSv1.2: who asks for a certificate when it has the request may have done what that asks', async () => {
  await using server = await door('TLSv1.2', { ca: authority.cert }, (socket) => {
    socket.renegotiate({ requestCert: true, rejectUnauthorized: true }, () => undefined);
  });
  await expect(httpTransport().send(post(server.port))).rejects.toMatchObject({ unsent: false });
  expect(server.heard.join('')).toContain('subject_token=x');
});

describe('what the broker asks of others', () => {
  const ask = (port: number): Promise<unknown> => brokerTransport({})(post(port));

  test('was not sent where the handshake failed', async () => {
    await using server = await startSocketServer((socket) =>
      socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
    );
    await expect(ask(server.port)).rejects.toMatchObject({ fault: 'tls', alert: 40, unsent: true });
  });

  test('may have been done where TLS broke behind it', async () => {
    await using server = await door('TLSv1.2', {}, (_, [beneath]) => {
      beneath?.write('no TLS any more');
    });
    await expect(ask(server.port)).rejects.toMatchObject({ fault: 'tls', unsent: false });
    expect(server.heard.join('')).toContain('subject_token=x');
  });
});

test('a handshake that never ends is left after nine seconds: nothing was sent', async () => {
  const hello = Promise.withResolvers<undefined>();
  await using server = await startSocketServer((socket) => {
    socket.once('data', hello.resolve);
  });
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'hrtime', 'Date'],
  });
  try {
    const sent = httpTransport().send(post(server.port));
    const refused = expect(sent).rejects.toMatchObject({ fault: 'timeout', unsent: true });
    await hello.promise;
    jest.advanceTimersByTime(8999);
    let over = false;
    sent.catch(() => (over = true));
    await new Promise((turn) => setImmediate(turn));
    expect(over).toBe(false);
    jest.advanceTimersByTime(1);
    await refused;
  } finally {
    jest.useRealTimers();
  }
});

describe('an alert about the client’s certificate that comes once the client is done', () => {
  const error = Object.assign(new Error('tlsv1 alert unknown ca: … SSL alert number 48'), {
    code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  });
  /** A request on a FAKE connection. */
  const on = (protocol: string | null, reusedSocket = false) => ({
    reusedSocket,
    socket: { secureConnecting: false, getProtocol: () => protocol },
  });
  const { signal } = new AbortController();

  test.each([
    ['by TLS 1.3, where the server has read nothing yet, means that nothing was sent', on('TLSv1.3'), true],
    ['by TLS 1.2 may be about a later certificate', on('TLSv1.2'), false],
    ['of a connection that is gone may be of either', on(null), false],
    ['on a connection that has served others may come at any time', on('TLSv1.3', true), false],
    ['and is not the request’s own', undefined, false],
  ] as const)('%s', (_, sent, unsent) => {
    expect(faultOf(error, signal, sent)).toMatchObject({ fault: 'tls', alert: 48, unsent });
  });

  test('and another alert, says nothing about what was sent', () => {
    const other = Object.assign(new Error('SSL alert number 80'), {
      code: 'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    });
    expect(faultOf(other, signal, on('TLSv1.3'))).toMatchObject({ alert: 80, unsent: false });
  });
});
