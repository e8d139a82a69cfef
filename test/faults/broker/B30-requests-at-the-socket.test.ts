import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startListeningBroker, type ListeningBroker } from '../../support/broker/listening-broker.ts';

let place: ListeningBroker;

beforeAll(async () => {
  place = await startListeningBroker();
});

afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

interface Answered {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends octets as they are. @returns the answers until the broker closes, or until there are `count` */
async function send(text: string, count = 1): Promise<Answered[]> {
  const socket = connect(Number(new URL(place.url).port), '127.0.0.1');
  let received = '';
  const enough = Promise.withResolvers<undefined>();
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    if (answersIn(received).length >= count) enough.resolve(undefined);
  });
  // A connection that is closed while we still write ends in an error, and that is as good.
  socket.on('error', () => undefined);
  socket.write(Buffer.from(text, 'latin1'));
  await Promise.race([enough.promise, once(socket, 'close')]);
  socket.destroy();
  return answersIn(received);
}

/** Complete answers; one to HEAD has no body and is told by its status alone. */
function answersIn(text: string): Answered[] {
  const answers: Answered[] = [];
  for (let rest = text; ;) {
    const at = rest.indexOf('\r\n\r\n');
    if (at === -1) return answers;
    const head = rest.slice(0, at);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    const length = status === 100 ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (rest.length < at + 4 + length) return answers;
    if (status !== 100) answers.push({ status, head, body: rest.slice(at + 4, at + 4 + length) });
    rest = rest.slice(at + 4 + length);
  }
}

const statuses = async (text: string, count = 1): Promise<number[]> =>
  (await send(text, count)).map(({ status }) => status);

const host = 'Host: a\r\n';
const close = 'Connection: close\r\n';
const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
const get = (target: string, headers = ''): string =>
  `GET ${target} HTTP/1.1\r\n${host}${headers}${close}\r\n`;
const post = (headers: string, body: string): string =>
  `POST /revoke HTTP/1.1\r\n${host}${form}${headers}\r\n${body}`;

describe('B30: the limits are told by us, with request id and no-store', () => {
  test.each<[string, string, number]>([
    ['headers of 17 KiB', get('/healthz', `X: ${'x'.repeat(17_000)}\r\n`), 431],
    ['headers of 70 KiB, at which the server itself stops', get('/', `X: ${'x'.repeat(70_000)}\r\n`), 431],
    ['a thousand headers', get('/healthz', 'X-Something: 0123456789\r\n'.repeat(1000)), 431],
    ['one long name often', get('/healthz', `X-${'x'.repeat(1000)}: \r\n`.repeat(17)), 431],
    ['a DPoP header above 4 KiB', post(`DPoP: ${'x'.repeat(4097)}\r\nContent-Length: 0\r\n`, ''), 431],
    ['a body above 64 KiB, announced', post('Content-Length: 65537\r\n', 'x'.repeat(65_537)), 413],
    [
      'a body above 64 KiB in chunks',
      post('Transfer-Encoding: chunked\r\n', `10001\r\n${'x'.repeat(65_537)}\r\n0\r\n\r\n`),
      413,
    ],
    ['an encoded body', post('Content-Encoding: gzip\r\nContent-Length: 3\r\n', 'a=b'), 415],
  ])('%s', async (_, text, status) => {
    const [answer] = await send(text);
    expect(answer?.status).toBe(status);
    expect(answer?.head).toMatch(/\r\nx-request-id: req_[0-9a-f]{24}/i);
    expect(answer?.head).toMatch(/\r\ncache-control: no-store/i);
    expect(answer?.head).toMatch(/\r\nephemeral-creds-version: 1/i);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: 'invalid_request' });
  });

  test('a body of exactly 64 KiB is read', async () => {
    const body = `token=${'x'.repeat(65_530)}`;
    const [answer] = await send(post('Content-Length: 65536\r\n', body));
    expect(answer?.body).toMatch('the token is no revocation handle');
  });

  test('a version that is not spoken is refused, and which are is told in a member', async () => {
    const [answer] = await send(get('/healthz', 'Ephemeral-Creds-Version: 2\r\n'));
    expect(answer?.status).toBe(400);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      error: 'unsupported_protocol_version',
      protocol_versions_supported: [1],
    });
    expect(await statuses(get('/healthz', 'Ephemeral-Creds-Version: 1\r\n'))).toEqual([200]);
  });
});

describe('B30: framing that two readers could read in two ways is 400, and the connection ends', () => {
  const chunked = 'Transfer-Encoding: chunked\r\n';
  test.each([
    ['two lengths that differ', post('Content-Length: 3\r\nContent-Length: 4\r\n', 'a=bc')],
    ['two lengths that agree', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'a=b')],
    ['a list of lengths', post('Content-Length: 3, 3\r\n', 'a=b')],
    ['a length with a sign', post('Content-Length: +3\r\n', 'a=b')],
    ['a length and chunks', post(`Content-Length: 3\r\n${chunked}`, '0\r\n\r\n')],
    ['chunks and a length', post(`${chunked}Content-Length: 3\r\n`, '0\r\n\r\n')],
    ['another coding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
    ['another coding below chunks', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    ['another coding above chunks', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n')],
    ['chunks twice', post(chunked + chunked, '0\r\n\r\n')],
    ['a space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n')],
    ['a vertical tab before the coding', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n')],
    ['chunks in HTTP/1.0', post(chunked, '0\r\n\r\n').replace('HTTP/1.1', 'HTTP/1.0')],
    ['a chunk whose length is not plain hex', post(chunked, '0x3\r\na=b\r\n0\r\n\r\n')],
    ['a chunk that is longer than it says', post(chunked, '3\r\na=bXX\r\n0\r\n\r\n')],
    ['a chunk beyond all numbers', post(chunked, 'ffffffffffffffffff\r\na=b\r\n0\r\n\r\n')],
    ['chunks ended by line feeds alone', post(chunked, '3\na=b\n0\n\n')],
    ['lines ended by line feeds alone', 'GET /healthz HTTP/1.1\nHost: a\n\n'],
    ['a folded header (RFC 9112 §5.2)', get('/healthz', 'X: a\r\n b\r\n')],
    ['NUL in a header', get('/healthz', 'X: a\x00b\r\n')],
    ['a carriage return in a header', get('/healthz', 'X: a\rb\r\n')],
    ['a header without a name', get('/healthz', ': a\r\n')],
    ['a header name with a space', get('/healthz', 'X y: a\r\n')],
    ['two hosts', get('/healthz', 'Host: b\r\n')],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that there is not', get('/healthz').replace('HTTP/1.1', 'HTTP/1.2')],
    ['content in a GET', get('/healthz', 'Content-Length: 3\r\n').concat('a=b')],
  ])('%s', async (_, text) => {
    const [answer, ...others] = await send(text, 2);
    expect(answer?.status).toBe(400);
    expect(answer?.head).toMatch(/\r\nx-request-id: req_[0-9a-f]{24}/i);
    expect(others).toEqual([]);
  });

  test.each([
    ['of a body that was too long', post('Content-Length: 70000\r\n', get('/healthz').padEnd(70_000, 'x'))],
    [
      'of headers that were too long',
      post(`X: ${'x'.repeat(17_000)}\r\nContent-Length: 200\r\n`, get('/healthz').padEnd(200, 'x')),
    ],
    [
      'of a refused encoding',
      post('Content-Encoding: gzip\r\nContent-Length: 200\r\n', get('/healthz').padEnd(200, 'x')),
    ],
  ])('the rest %s is never taken for a request', async (_, text) => {
    const answers = await send(text + get('/readyz'), 2);
    expect(answers.filter(({ body }) => body.includes('"ok"'))).toEqual([]);
    expect(answers[0]?.status).toBeGreaterThanOrEqual(400);
    for (const { body } of answers.slice(1)) expect(body).toBe('{"status":"ready"}');
  });
});

describe('B30: an address has one spelling', () => {
  test.each([
    ['dot segments', '/x/../healthz'],
    ['a single dot', '/./healthz'],
    ['a dot at the end', '/healthz/.'],
    ['percent-encoding', '/%68ealthz'],
    ['encoded dots', '/x/%2e%2e/healthz'],
    ['an empty segment', '//healthz'],
    ['a backslash', '/\\healthz'],
    ['a parameter', '/healthz;x=1'],
    ['a fragment', '/healthz#x'],
    ['NUL, encoded', '/healthz%00'],
    ['letters beyond ASCII', '/healthz\xe9'],
    ['no slash', 'healthz'],
    ['another scheme', 'ftp://a/healthz'],
    ['a user', 'http://u:p@a/healthz'],
    ['dots after a host', 'http://a/x/../healthz'],
  ])('%s is 400', async (_, target) => {
    expect(await statuses(get(target))).toEqual([400]);
  });

  test('the absolute form is taken, and its host counts for nothing', async () => {
    expect(await statuses(get('http://evil.example.com/healthz'))).toEqual([200]);
    expect(await statuses(get('http://evil.example.com/nowhere'))).toEqual([404]);
  });
});

describe('B30: methods', () => {
  test.each([
    ['OPTIONS', '/token', 'POST'],
    ['PATCH', '/revoke', 'POST'],
    ['TRACE', '/healthz', 'GET, HEAD'],
    ['HEAD', '/token', 'POST'],
  ])('%s %s is 405 and says which there are', async (method, path, allow) => {
    const socket = connect(Number(new URL(place.url).port), '127.0.0.1');
    socket.write(`${method} ${path} HTTP/1.1\r\n${host}${close}\r\n`);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
    expect(text).toMatch(new RegExp(`\r\nallow: ${allow}\r\n`, 'i'));
    expect(text.endsWith('\r\n\r\n')).toBe(method === 'HEAD');
  });

  test('HEAD where there is GET has the head of the answer alone', async () => {
    const socket = connect(Number(new URL(place.url).port), '127.0.0.1');
    socket.write(`HEAD /healthz HTTP/1.1\r\n${host}${close}\r\n`);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
  });

  test('CONNECT is no service of ours', async () => {
    expect(await send(`CONNECT a:443 HTTP/1.1\r\n${host}\r\n`)).toEqual([]);
  });
});

test('B30: requests that come in one piece are answered one after the other, each with an id of its own', async () => {
  const text = `GET /healthz HTTP/1.1\r\n${host}\r\nPOST /nowhere HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n${get('/readyz')}`;
  const answers = await send(text, 3);
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200]);
  const ids = answers.map(({ head }) => /x-request-id: (\S+)/i.exec(head)?.[1]);
  expect(new Set(ids).size).toBe(3);
});

test('B30: garbage behind a whole request is never answered in that request’s place', async () => {
  const body = `token=${'A'.repeat(43)}`;
  const whole = post(`Content-Length: ${String(body.length)}\r\n`, body);
  expect(await statuses(whole)).toEqual([200]);
  expect(await statuses(`${whole}GARBAGE\x00\r\n\r\n`)).not.toContain(400);
});

test('B30: whoever sends octet by octet has ten seconds for all of it, headers or body', async () => {
  const drip = async (text: string): Promise<string> => {
    const socket = connect(Number(new URL(place.url).port), '127.0.0.1');
    let answer = '';
    let sent = 0;
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    const timer = setInterval(() => socket.write(text[sent++ % text.length] ?? ''), 250);
    socket.write(text.slice(0, (sent = text.length - 200)));
    await once(socket, 'close');
    clearInterval(timer);
    return answer;
  };
  const slowHeader = `GET /healthz HTTP/1.1\r\n${host}X: ${'x'.repeat(300)}`;
  const slowBody = post('Content-Length: 60000\r\n', 'x'.repeat(400));
  for (const answer of await Promise.all([drip(slowHeader), drip(slowBody)]))
    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*"error":"invalid_request"/);
});
