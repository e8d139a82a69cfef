import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createAuthority } from './certificates.ts';
import * as faults from './faults.ts';
import { byPath, sequence, startFaultyServer, times, type Behaviour } from './faulty-server.ts';
import { startProxy } from './proxy.ts';
import { closedPort, cutAtFirstByte, silentSocket, startSocketServer } from './socket-server.ts';

interface Outcome {
  readonly status?: number;
  readonly headers?: IncomingMessage['headers'];
  readonly body?: Buffer;
  readonly error?: string;
}

/** One GET; tells how it ended, whichever way. */
function get(url: string, options: { ca?: string; timeoutMs?: number } = {}): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const signal = AbortSignal.timeout(options.timeoutMs ?? 5000);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const request = send(url, {
    agent: false,
    signal,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  let seen: Outcome = {};
  request.on('response', (response) => {
    seen = { status: response.statusCode ?? 0 };
    const chunks: Buffer[] = [];
    const outcome = () => ({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks),
    });
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      resolve(outcome());
    });
    response.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ ...outcome(), error: error.code ?? error.name });
    });
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    resolve({ ...seen, error: error.code ?? error.name });
  });
  request.end();
  return promise;
}

async function outcomeOf(behaviour: Behaviour, timeoutMs?: number): Promise<Outcome> {
  await using server = await startFaultyServer(behaviour);
  return await get(server.url, timeoutMs === undefined ? {} : { timeoutMs });
}

test('a sequence plays each behaviour once and stays with the last', async () => {
  const behaviour = sequence([...times(2, faults.status(503)), faults.json({ ok: true })]);
  await using server = await startFaultyServer(behaviour);
  const seen = [];
  for (let count = 0; count < 4; count++) seen.push((await get(server.url)).status);
  expect(seen).toEqual([503, 503, 200, 200]);
  expect(server.requests).toHaveLength(4);
});

test('one server plays a part for each path', async () => {
  await using server = await startFaultyServer(
    byPath({ '/a': faults.status(204), '/b': faults.status(429, 7) }),
  );
  expect(await get(`${server.url}/a?x=1`)).toMatchObject({ status: 204 });
  expect(await get(`${server.url}/b`)).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  expect(await get(`${server.url}/c`)).toMatchObject({ status: 404 });
});

test('Retry-After can be a date', async () => {
  const outcome = await outcomeOf(faults.status(503, new Date(0)));
  expect(outcome.headers?.['retry-after']).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
});

test.each([
  ['a truncated body', faults.truncated('{"a":"bcdefgh"}')],
  ['a chunked body without its end', faults.chunkedCut('{"a":1}')],
  ['a reset', faults.reset],
  ['a reset after the headers', faults.resetAfterHeaders],
])('%s is a broken connection', async (_, behaviour) => {
  expect((await outcomeOf(behaviour)).error).toBe('ECONNRESET');
});

test.each([
  ['silence', faults.silence, undefined],
  ['headers and then silence', faults.headersThenSilence, 200],
  ['headers that come late', faults.slowHeaders(60_000, faults.json({})), undefined],
  ['a body that trickles', faults.slowBody('{"a":"bcdefghijklmnop"}', 50), 200],
])(
  '%s outlasts the patience of a client, and the server closes all the same',
  async (_, behaviour, status) => {
    const outcome = await outcomeOf(behaviour, 150);
    expect(outcome.error).toMatch(/ABORT_ERR|ECONNRESET/);
    expect(outcome.status).toBe(status);
  },
);

test('a slow answer comes in the end', async () => {
  expect(await outcomeOf(faults.slowHeaders(20, faults.json({})))).toMatchObject({ status: 200 });
  expect((await outcomeOf(faults.slowBody('{"a":1}', 5))).body?.toString()).toBe('{"a":1}');
});

test('bodies are too long, or only unpacked too long', async () => {
  expect((await outcomeOf(faults.endlessBody(200_000))).body?.length).toBeGreaterThan(200_000);
  expect((await outcomeOf(faults.bigBody(70_000))).body?.length).toBeGreaterThan(70_000);
  const bomb = await outcomeOf(faults.gzipBomb(4));
  expect(bomb.body?.length).toBeLessThan(20_000);
  expect(gunzipSync(bomb.body ?? '').length).toBe(4 * 1024 * 1024);
});

test('an answer can be well-formed HTTP around a body that no one should believe', async () => {
  const body = async (behaviour: Behaviour) => (await outcomeOf(behaviour)).body?.toString();
  expect(await body(faults.rawJson('{"a":1,"a":2,"__proto__":{}}'))).toContain('"a":1,"a":2');
  expect(await body(faults.markedJson({}))).toBe('\uFEFF{}');
  expect(await outcomeOf(faults.signInPage)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html' },
  });
  expect(await body(faults.answer({ status: 403, body: faults.hostileText }))).toContain('\n::add-path::');
  expect(gunzipSync((await outcomeOf(faults.gzipped({ a: 1 }))).body ?? '').toString()).toBe('{"a":1}');
});

test('a redirect leads to another server, which remembers what it was sent', async () => {
  await using target = await startFaultyServer(faults.json({}));
  const outcome = await outcomeOf(faults.redirect(307, `${target.url}/there`));
  expect(outcome).toMatchObject({ status: 307, headers: { location: `${target.url}/there` } });
  expect(target.requests).toEqual([]);
});

test('TLS: an answer, a reset below TLS, a wrong name and an end that has passed', async () => {
  const authority = createAuthority();
  await using server = await startFaultyServer(
    sequence([faults.json({ ok: 1 }), faults.reset, faults.truncated('{"a":1}')]),
    {
      tls: authority.issue(),
    },
  );
  expect(await get(server.url, { ca: authority.cert })).toMatchObject({ status: 200 });
  expect((await get(server.url, { ca: authority.cert })).error).toBe('ECONNRESET');
  expect(await get(server.url, { ca: authority.cert })).toMatchObject({ status: 200, error: 'ECONNRESET' });
  expect((await get(server.url)).error).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  await using other = await startFaultyServer(faults.json({}), {
    tls: authority.issue({ names: ['other.test'] }),
  });
  expect((await get(other.url, { ca: authority.cert })).error).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') };
  await using old = await startFaultyServer(faults.json({}), { tls: authority.issue(past) });
  expect((await get(old.url, { ca: authority.cert })).error).toBe('CERT_HAS_EXPIRED');
});

test('below HTTP: nobody listens, and a handshake that is cut', async () => {
  expect((await get(`http://127.0.0.1:${String(await closedPort())}`)).error).toBe('ECONNREFUSED');
  await using server = await startSocketServer(cutAtFirstByte);
  expect((await get(`https://127.0.0.1:${String(server.port)}`)).error).toBe('ECONNRESET');
  expect(server.connections()).toBe(1);
  await using silent = await startSocketServer(silentSocket);
  const url = `https://127.0.0.1:${String(silent.port)}`;
  expect((await get(url, { timeoutMs: 100 })).error).toBe('ABORT_ERR');
});

/** One request through a proxy, TLS inside. */
function getThrough(proxy: string, target: string, ca: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { username, password, host } = new URL(proxy);
  const headers =
    username === ''
      ? {}
      : { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  const request = httpRequest(`http://${host}`, { method: 'CONNECT', path: target, headers, agent: false });
  request.on('connect', (answer, socket) => {
    if (answer.statusCode !== 200) {
      socket.destroy();
      resolve(String(answer.statusCode));
      return;
    }
    const tls = tlsConnect({ socket, ca, servername: target.split(':')[0] });
    tls.on('data', (data: Buffer) => {
      resolve(data.toString().split('\r\n')[0] ?? '');
      tls.destroy();
    });
    tls.on('error', (error: Error) => {
      resolve(error.message);
    });
    tls.write(`GET / HTTP/1.1\r\nhost: ${target}\r\nconnection: close\r\n\r\n`);
    setTimeout(() => {
      tls.destroy();
      resolve('nothing');
    }, 300).unref();
  });
  request.end();
  return promise;
}

test('a proxy leads invented names to this machine, counts, and wants its credentials', async () => {
  const authority = createAuthority();
  await using server = await startFaultyServer(faults.json({}), {
    tls: authority.issue({ names: ['broker.test'] }),
  });
  const routes = { 'broker.test:443': server.port };
  await using proxy = await startProxy({ routes, credentials: { username: 'u', password: 'p' } });
  expect(await getThrough(proxy.url, 'broker.test:443', authority.cert)).toBe('407');
  expect(await getThrough(proxy.urlWithCredentials, 'broker.test:443', authority.cert)).toBe(
    'HTTP/1.1 200 OK',
  );
  expect(await getThrough(proxy.urlWithCredentials, 'unknown.test:443', authority.cert)).toBe('502');
  expect(proxy.connects.map(({ target }) => target)).toEqual([
    'broker.test:443',
    'broker.test:443',
    'unknown.test:443',
  ]);
});

test('a proxy can accept and stay silent', async () => {
  await using proxy = await startProxy({ mode: 'silent' });
  expect(await getThrough(proxy.url, 'broker.test:443', createAuthority().cert)).toBe('nothing');
});
