import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { HttpRequest } from '../../../src/domain/host.ts';
import { httpTransport } from '../../../src/protocol/transport.ts';
import { createAuthority } from '../../support/certificates.ts';
import { closeServer, listen } from '../../support/faulty-server.ts';
import { closedPort, startSocketServer } from '../../support/socket-server.ts';

const authority = createAuthority();

interface Server extends AsyncDisposable {
  readonly url: URL;
  readonly requests: string[];
  /** What each request's connection asked for by TLS (RFC 6066 §3); false: nothing. */
  readonly names: unknown[];
  readonly sockets: Set<Socket>;
  connections(): number;
}

async function tlsServer(): Promise<Server> {
  const requests: string[] = [];
  const names: unknown[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createHttps(authority.issue(), (request, response) => {
    requests.push(request.url ?? '');
    names.push('servername' in request.socket ? request.socket.servername : undefined);
    response.end('{}');
  });
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  const url = new URL(`https://localhost:${String(await listen(server))}/x`);
  const close = (): Promise<void> => closeServer(server, sockets);
  return { url, requests, names, sockets, connections: () => connections, [Symbol.asyncDispose]: close };
}

const get = (url: URL, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  maxBytes: 100,
  trust: authority.cert,
  signal: AbortSignal.timeout(5000),
  ...more,
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

describe('a connection that is opened ahead', () => {
  test('is the one on which the request goes, and nothing goes before it', async () => {
    await using server = await tlsServer();
    const { send, connect } = httpTransport();
    await connect(server.url, authority.cert);
    await until(() => server.connections() === 1);
    expect(server.requests).toEqual([]);
    expect(await send(get(server.url))).toMatchObject({ status: 200 });
    expect(await send(get(server.url))).toMatchObject({ status: 200 });
    expect(server.connections()).toBe(1);
    expect(server.names).toEqual(['localhost', 'localhost']);
  });

  test('serves no request that trusts others: that one makes its own, and is refused', async () => {
    await using server = await tlsServer();
    const { send, connect } = httpTransport();
    await connect(server.url, authority.cert);
    const stranger = createAuthority('another authority').cert;
    await expect(send(get(server.url, { trust: stranger }))).rejects.toMatchObject({ fault: 'certificate' });
    expect(server.requests).toEqual([]);
  });

  test('makes nobody trusted: with a wrong certificate nothing is said, and the request is refused', async () => {
    await using server = await tlsServer();
    const { send, connect } = httpTransport();
    const stranger = createAuthority('another authority').cert;
    await connect(server.url, stranger);
    await expect(send(get(server.url, { trust: stranger }))).rejects.toMatchObject({ fault: 'certificate' });
    expect(server.requests).toEqual([]);
  });

  test('that the server has closed meanwhile is not used', async () => {
    await using server = await tlsServer();
    const { send, connect } = httpTransport();
    await connect(server.url, authority.cert);
    await until(() => server.sockets.size === 1);
    for (const socket of server.sockets) socket.destroy();
    // The client hears of it, which takes a turn or two of its loop.
    await until(() => server.sockets.size === 0);
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(await send(get(server.url))).toMatchObject({ status: 200 });
    expect(server.connections()).toBe(2);
  });

  test('that cannot be made says nothing; the request says why', async () => {
    const { send, connect } = httpTransport();
    const url = new URL(`http://127.0.0.1:${String(await closedPort())}/`);
    await expect(connect(url, undefined)).resolves.toBeUndefined();
    await expect(send(get(url))).rejects.toMatchObject({ fault: 'refused' });
    const nowhere = new URL('https://name.invalid/');
    await expect(connect(nowhere, undefined)).resolves.toBeUndefined();
    await expect(connect(nowhere, 'no certificate')).resolves.toBeUndefined();
  });

  test('is not made past a proxy', async () => {
    await using server = await startSocketServer((socket) => socket.destroy());
    // This machine, under an address that needs a proxy all the same.
    const url = new URL(`https://0.0.0.0:${String(server.port)}/`);
    process.env['https_proxy'] = `http://127.0.0.1:${String(await closedPort())}`;
    try {
      const { connect } = httpTransport();
      await connect(url, undefined);
      for (let turns = 0; turns < 20; turns++) await turn();
      expect(server.connections()).toBe(0);
    } finally {
      delete process.env['https_proxy'];
    }
    await httpTransport().connect(url, undefined);
    await until(() => server.connections() === 1);
  });
});

test('a request that is given up is not left on its connection', async () => {
  const arrived = Promise.withResolvers<undefined>();
  const closed = Promise.withResolvers<undefined>();
  const sockets = new Set<Socket>();
  const server = createHttps(authority.issue(), () => {
    arrived.resolve(undefined);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', closed.resolve);
  });
  const url = new URL(`https://localhost:${String(await listen(server))}/x`);
  const stop = new AbortController();
  const sent = httpTransport().send(get(url, { signal: stop.signal }));
  const refused = expect(sent).rejects.toMatchObject({ fault: 'aborted' });
  await arrived.promise;
  stop.abort();
  await refused;
  await closed.promise;
  await closeServer(server, sockets);
});

test('what was given up before it is sent is not sent', async () => {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createHttps(authority.issue(), (_, response) => {
    asked++;
    response.end('{}');
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  const url = new URL(`https://localhost:${String(await listen(server))}/x`);
  await expect(httpTransport().send(get(url, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
    fault: 'aborted',
  });
  // The next one finds the server sound.
  await httpTransport().send(get(url));
  expect(asked).toBe(1);
  await closeServer(server, sockets);
});

describe('a server that switches to a protocol nobody asked for', () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';

  test('is not what was meant: the request ends', async () => {
    await using server = await startSocketServer((socket) =>
      socket.once('data', () => socket.write(switching)),
    );
    const url = new URL(`http://127.0.0.1:${String(server.port)}/`);
    await expect(httpTransport().send(get(url))).rejects.toMatchObject({ fault: 'garbled' });
  });

  test('is not behind a proxy either', async () => {
    await using proxy = await startSocketServer((socket) =>
      socket.once('data', () => {
        socket.once('data', () => socket.write(switching));
        socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      }),
    );
    process.env['http_proxy'] = `http://127.0.0.1:${String(proxy.port)}`;
    try {
      const sent = httpTransport().send(get(new URL('http://elsewhere.example/')));
      await expect(sent).rejects.toMatchObject({ fault: 'garbled' });
      expect(proxy.connections()).toBe(1);
    } finally {
      delete process.env['http_proxy'];
    }
  });
});

test('a network in NO_PROXY that cannot be one is passed over, and those beside it count', async () => {
  await using server = await startSocketServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 204 None\r\n\r\n')),
  );
  process.env['http_proxy'] = `http://127.0.0.1:${String(await closedPort())}`;
  try {
    const { send } = httpTransport({ no_proxy: '0.0.0.0/33, ::/129, x/8, 0.0.0.0/8' });
    const url = new URL(`http://0.0.0.0:${String(server.port)}/`);
    expect(await send(get(url))).toMatchObject({ status: 204 });
  } finally {
    delete process.env['http_proxy'];
  }
});

test('what is opened ahead to an address is the connection of its request, and asks for no name', async () => {
  await using server = await tlsServer();
  const { send, connect } = httpTransport();
  const url = new URL(`https://127.0.0.1:${server.url.port}/x`);
  await connect(url, authority.cert);
  await until(() => server.connections() === 1);
  expect(await send(get(url))).toMatchObject({ status: 200 });
  expect(server.connections()).toBe(1);
  expect(server.names).toEqual([false]);
});
