import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { CredsError } from '../../../src/domain/errors.ts';
import type { HttpRequest } from '../../../src/domain/host.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { readIdentity } from '../../../src/protocol/client-identity.ts';
import { httpTransport } from '../../../src/protocol/transport.ts';
import { createAuthority } from '../../support/certificates.ts';
import { closeServer, listen } from '../../support/faulty-server.ts';
import { startProxy } from '../../support/proxy.ts';
import { everythingIn } from '../../support/scan.ts';

const authority = createAuthority();
const client = authority.issue({ names: ['ci-client'] });
const other = authority.issue({ names: ['other-client'] });
const folder = mkdtempSync(join(tmpdir(), 'client-identity-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const certificate = file('client.pem', client.cert);
const key = file('client.key', client.key);
const keyAs = (type: 'pkcs8' | 'sec1', more = {}): string =>
  createPrivateKey(client.key)
    .export({ type, format: 'pem', ...more })
    .toString();

describe('a client certificate and its key', () => {
  test.each<readonly [string, string, string]>([
    ['PKCS #8', client.cert, client.key],
    ['SEC 1', client.cert, keyAs('sec1')],
    ['one file for both', `${client.cert}${client.key}`, `${client.cert}${client.key}`],
    ['words between', `subject=CN = ci-client\n${client.cert}`, `# key\n${client.key}`],
  ])('are read: %s', (name, cert, text) => {
    const paths = { certificate: file(`${name}.pem`, cert), key: file(`${name}.key`, text) };
    expect(readIdentity(paths, realFiles)).toEqual({ cert: client.cert, key: keyAs('pkcs8') });
  });

  test('have the chain behind them', () => {
    const chain = file('chain.pem', `${client.cert}${authority.cert}`);
    expect(readIdentity({ certificate: chain, key }, realFiles).cert).toBe(`${client.cert}${authority.cert}`);
  });

  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'correct-horse' };
  const damaged = client.cert.replace(/MII/, '!!!');
  test.each<readonly [string, { certificate?: string; key?: string }, RegExp]>([
    [
      'no such certificate',
      { certificate: join(folder, 'none') },
      /client-certificate` must name a file that can/,
    ],
    ['no such key', { key: join(folder, 'none') }, /client-key` must name a file that can be read/],
    ['a folder', { key: folder }, /client-key` must name a file that can be read/],
    [
      'more than 64 KiB',
      { key: file('long.key', `${client.key}${'#'.repeat(64 * 1024)}`) },
      /client-key`.* 64 KiB at most/,
    ],
    ['no certificate', { certificate: key }, /client-certificate` must name a PEM file with a certificate/],
    ['a damaged certificate', { certificate: file('bad.pem', `${client.cert}${damaged}`) }, /cannot be read/],
    [
      'a certificate of nonsense',
      { certificate: file('worse.pem', client.cert.replace(/MII.{20}/, 'A'.repeat(23))) },
      /cannot be read/,
    ],
    ['no key', { key: certificate }, /client-key` must name a PEM file with a private key/],
    ['half a key', { key: file('half.key', client.key.slice(0, 90)) }, /with a private key/],
    ['an encrypted key', { key: file('enc8.key', keyAs('pkcs8', encrypted)) }, /is encrypted/],
    ['an encrypted key of old', { key: file('enc1.key', keyAs('sec1', encrypted)) }, /is encrypted/],
    ['the key of another', { key: file('other.key', other.key) }, /does not belong to the first certificate/],
  ])('are refused: %s', (_, change, message) => {
    let error: unknown;
    try {
      readIdentity({ certificate, key, ...change }, realFiles);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(CredsError);
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect((error as CredsError).message).toMatch(message);
    const said = everythingIn(error);
    for (const line of `${client.key}${other.key}`
      .split('\n')
      .filter((each) => each.length > 40 && !each.startsWith('-')))
      expect(said).not.toContain(line.slice(0, 20));
  });
});

/** Serves everybody, and remembers by which certificate each request and each connection was made. */
async function startServer() {
  const requests: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const certified = authority.issue({ names: ['localhost', 'vault.test'] });
  const options = { ...certified, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (request, response) => {
    requests.push(commonNameOf(request.socket));
    response.end('{}');
  });
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  const port = await listen(server);
  return {
    port,
    url: new URL(`https://localhost:${String(port)}/`),
    requests,
    connections: () => connections,
    [Symbol.asyncDispose]: () => closeServer(server, sockets),
  };
}

function commonNameOf(socket: Socket): string | undefined {
  const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return peer?.subject.replace('CN=', '');
}

const get = (url: URL, identity?: HttpRequest['identity']): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  maxBytes: 100,
  trust: authority.cert,
  ...(identity === undefined ? {} : { identity }),
  signal: AbortSignal.timeout(20_000),
});

describe('on the wire', () => {
  afterEach(() => {
    delete process.env['HTTPS_PROXY'];
  });

  test('a request is made under its identity, and no connection serves two of them', async () => {
    await using server = await startServer();
    const { send, connect } = httpTransport();
    await connect(server.url, authority.cert);
    await send(get(server.url, client));
    await send(get(server.url));
    await send(get(server.url, other));
    await send(get(server.url, client));
    expect(server.requests).toEqual(['ci-client', undefined, 'other-client', 'ci-client']);
    // What was opened ahead serves the request without an identity, and no other.
    expect(server.connections()).toBe(3);
  });

  test('a proxy that speaks TLS and asks for a certificate is shown none', async () => {
    await using server = await startServer();
    const names = ['vault.test', '127.0.0.1'];
    const tls = { ...authority.issue({ names }), requestCert: true, rejectUnauthorized: false } as const;
    await using proxy = await startProxy({ tls, routes: { 'vault.test:443': server.port } });
    process.env['HTTPS_PROXY'] = proxy.url;
    await httpTransport().send(get(new URL('https://vault.test/'), client));
    expect(server.requests).toEqual(['ci-client']);
    expect(proxy.connects).toMatchObject([{ target: 'vault.test:443', client: undefined }]);
  });
});
