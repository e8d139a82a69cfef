import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
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
  expect(seen).toEqual([{ peer: '127.0.0.1', target: "/token?a='b'&c=%7e" }]);
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

test('an address that is taken is an error', async () => {
  const first = await listen({ listen: local, tls: undefined }, () => Promise.resolve(new Response()));
  const again = listen({ listen: { host: '127.0.0.1', port: first.port }, tls: undefined }, () =>
    Promise.resolve(new Response()),
  );
  await expect(again).rejects.toThrow('EADDRINUSE');
  await first.close(0);
});
