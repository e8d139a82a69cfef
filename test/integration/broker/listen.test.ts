import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { listen } from '../../../src/broker/http/listen.ts';
import type { Connection } from '../../../src/broker/http/connection.ts';
import { createAuthority } from '../../support/certificates.ts';

const local = { host: '127.0.0.1', port: 0 };

test('serves over TLS with its own certificate', async () => {
  const authority = createAuthority();
  const { cert, key } = authority.issue();
  const server = await listen({ listen: local, tls: { certificate: cert, key } }, () =>
    Promise.resolve(Response.json({ ok: true })),
  );
  const sent = httpsRequest({
    host: '127.0.0.1',
    port: server.port,
    ca: authority.cert,
    path: '/healthz',
  }).end();
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
  expect(response.statusCode).toBe(200);
  response.resume();
  await server.close(0);
});

test('tells the handler who is at the other end, and the target as it was sent', async () => {
  const seen: Connection[] = [];
  const server = await listen({ listen: local, tls: undefined }, (_, connection) => {
    seen.push(connection);
    return Promise.resolve(new Response());
  });
  const socket = connect(server.port, '127.0.0.1');
  socket.write("GET /token?a='b'&c=%7e HTTP/1.1\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n");
  socket.resume();
  await once(socket, 'close');
  expect(seen).toMatchObject([{ peer: '127.0.0.1', target: "/token?a='b'&c=%7e" }]);
  await server.close(0);
});

test('when told to end, answers what is open and takes nothing new', async () => {
  const held = Promise.withResolvers<Response>();
  const arrived = Promise.withResolvers<undefined>();
  const server = await listen({ listen: local, tls: undefined }, () => {
    arrived.resolve(undefined);
    return held.promise;
  });
  const open = fetch(`http://127.0.0.1:${String(server.port)}/`);
  await arrived.promise;
  const closed = server.close(10_000);
  await expect(fetch(`http://127.0.0.1:${String(server.port)}/`)).rejects.toThrow();
  held.resolve(new Response('answered', { headers: { connection: 'close' } }));
  expect(await (await open).text()).toBe('answered');
  await closed;
});

const form = 'Content-Type: application/x-www-form-urlencoded\r\n';

/** Sends octets as they are. @returns all that comes back until the server closes */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(Buffer.from(text, 'latin1'));
  await once(socket, 'close');
  return answer;
}

describe('what is no request', () => {
  test.each([
    ['noise', '\x16\x03\x01 hello\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nHost: a\r\n${form}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['70 KiB of headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
  ])('%s has an answer of ours, with request id and no-store', async (_, text, status) => {
    const server = await listen({ listen: local, tls: undefined }, () =>
      Promise.resolve(new Response('taken')),
    );
    const answer = await exchange(server.port, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(answer).toMatch(/x-request-id: req_[0-9a-f]{24}\r\n/i);
    expect(answer).toMatch(/cache-control: no-store\r\n/i);
    expect(answer).toMatch(/"error":"invalid_request"/);
    await server.close(0);
  });

  test('is not an expectation that nobody knows, nor HTTP/1.0 without Host', async () => {
    const server = await listen({ listen: local, tls: undefined }, () =>
      Promise.resolve(new Response('taken')),
    );
    const expecting = 'GET / HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\nConnection: close\r\n\r\n';
    expect(await exchange(server.port, expecting)).toMatch(/^HTTP\/1.1 200 [^]*taken$/);
    expect(await exchange(server.port, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 [^]*taken$/);
    await server.close(0);
  });
});

test('a request that takes more than ten seconds to arrive is ended', async () => {
  const server = await listen({ listen: local, tls: undefined }, async (request) => {
    await request.text().catch(() => undefined);
    return new Response();
  });
  const began = Date.now();
  const unfinished = `POST / HTTP/1.1\r\nHost: a\r\n${form}Content-Length: 300\r\n\r\nabc`;
  const [answer] = await Promise.all([exchange(server.port, unfinished), exchange(server.port, 'GET / HT')]);
  expect(answer).toMatch(/^HTTP\/1.1 408 [^]*x-request-id: req_/);
  // Node's own limit is five minutes.
  expect(Date.now() - began).toBeLessThan(60_000);
  await server.close(0);
}, 90_000);

test('an address that is taken is an error', async () => {
  const first = await listen({ listen: local, tls: undefined }, () => Promise.resolve(new Response()));
  const again = listen({ listen: { host: '127.0.0.1', port: first.port }, tls: undefined }, () =>
    Promise.resolve(new Response()),
  );
  await expect(again).rejects.toThrow('EADDRINUSE');
  await first.close(0);
});
