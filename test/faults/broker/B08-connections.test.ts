import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publicAddresses } from '../../../src/broker/domain/networks.ts';
import { TransportError, type HttpAnswer, type HttpRequest } from '../../../src/domain/host.ts';
import { brokerTransport, type Resolve } from '../../../src/entry/broker-transport.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import { jwk, respond, watchedKeys } from '../../support/broker/key-server.ts';
import { startWatchedBroker } from '../../support/broker/watched-broker.ts';
import { createAuthority } from '../../support/certificates.ts';
import { startProxy } from '../../support/proxy.ts';

/** A server on 127.0.0.1 that counts who comes. */
class Site {
  readonly names: unknown[] = [];
  readonly hosts: (string | undefined)[] = [];
  connections = 0;
  answer: RequestListener = (_, response) => response.end('{}');
  readonly #server;

  constructor(secure: boolean) {
    const listener: RequestListener = (request, response) => {
      this.hosts.push(request.headers.host);
      this.names.push('servername' in request.socket ? request.socket.servername : undefined);
      this.answer(request, response);
    };
    this.#server = secure
      ? createSecure(authority.issue({ names: ['issuer.example.com'] }), listener)
      : createPlain(listener);
    this.#server.on('connection', () => this.connections++);
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const authority = createAuthority();
let site: Site;
let plain: Site;

beforeAll(async () => {
  site = await new Site(true).listen();
  plain = await new Site(false).listen();
});

afterAll(() => {
  site.close();
  plain.close();
});

interface Names {
  readonly asked: string[];
  readonly resolve: Resolve;
}

/** A name server that gives these answers one after the other, and the last of them for ever. */
function names(...answers: string[][]): Names {
  const asked: string[] = [];
  return {
    asked,
    resolve: (hostname, _, done) => {
      const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(hostname);
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  };
}

function ask(resolve: Resolve, changes: Partial<HttpRequest> = {}, env = {}): Promise<HttpAnswer> {
  return brokerTransport(
    env,
    resolve,
  )({
    method: 'GET',
    url: new URL(`https://issuer.example.com:${String(site.port)}/keys`),
    headers: {},
    maxBytes: 1000,
    trust: authority.cert,
    networks: 'public',
    signal: AbortSignal.timeout(5000),
    ...changes,
  });
}

describe('B08 a name that leads to an address that is not public is not asked', () => {
  test.each([
    ['0.0.0.0'],
    ['0.1.2.3'],
    ['10.0.0.1'],
    ['100.64.0.1'],
    ['100.127.255.254'],
    ['127.0.0.1'],
    ['127.255.255.254'],
    ['169.254.169.254'],
    ['172.16.0.1'],
    ['172.31.255.254'],
    ['192.0.0.170'],
    ['192.0.2.1'],
    ['192.88.99.1'],
    ['192.168.1.1'],
    ['198.18.0.1'],
    ['198.51.100.1'],
    ['203.0.113.1'],
    ['224.0.0.1'],
    ['239.255.255.255'],
    ['240.0.0.1'],
    ['255.255.255.255'],
    ['::'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['::ffff:169.254.169.254'],
    ['::ffff:8.8.8.8'],
    ['::127.0.0.1'],
    ['64:ff9b::a9fe:a9fe'],
    ['64:ff9b:1::1'],
    ['100::1'],
    ['2001::1'],
    ['2001:10::1'],
    ['2001:db8::1'],
    ['2002:a9fe:a9fe::1'],
    ['3fff::1'],
    ['5f00::1'],
    ['fc00::1'],
    ['fd00:ec2::254'],
    ['fe80::1'],
    ['fe80::1%lo'],
    ['fec0::1'],
    ['ff02::1'],
  ])('%s', async (address) => {
    expect(publicAddresses()(address)).toBe(false);
    const before = site.connections;
    const { resolve } = names([address]);
    await expect(ask(resolve)).rejects.toMatchObject({
      fault: 'refused',
      message: expect.stringMatching('not public') as unknown,
    });
    expect(site.connections).toBe(before);
  });

  test('nor is one of which only one address is not', async () => {
    const before = site.connections;
    await expect(ask(names(['140.82.112.3', '127.0.0.1']).resolve)).rejects.toThrow('not public');
    await expect(ask(names(['2a00:1450::1', '::1']).resolve)).rejects.toThrow('not public');
    expect(site.connections).toBe(before);
  });

  test.each([
    '140.82.112.3',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:50c0:8000::153',
    '2a00:1450:4001::1',
  ])('%s is public', (address) => {
    expect(publicAddresses()(address)).toBe(true);
  });

  test('what is no address is not public', () => {
    for (const text of ['', 'localhost', '1.2.3', '0x7f.1', '2130706433', '1.2.3.4.5', 'g::1'])
      expect(publicAddresses()(text)).toBe(false);
  });
});

describe('B08 the connection goes to what was checked', () => {
  test('the name is resolved once; certificate, SNI and Host are the name’s', async () => {
    const name = names(['127.0.0.1'], ['203.0.113.1']);
    const before = site.connections;
    expect(await ask(name.resolve, { networks: 'any' })).toMatchObject({ status: 200 });
    expect(name.asked).toEqual(['issuer.example.com']);
    expect(site.names.at(-1)).toBe('issuer.example.com');
    expect(site.hosts.at(-1)).toBe(`issuer.example.com:${String(site.port)}`);
    await ask(names(['127.0.0.1']).resolve, { networks: 'any' });
    expect(site.connections).toBe(before + 2);
  });

  test('a certificate of another name, or of nobody we know, is none', async () => {
    const { resolve } = names(['127.0.0.1']);
    const url = new URL(`https://other.example.com:${String(site.port)}/keys`);
    await expect(ask(resolve, { networks: 'any', url })).rejects.toMatchObject({ fault: 'certificate' });
    const send = brokerTransport({}, resolve);
    await expect(
      send({
        networks: 'any',
        method: 'GET',
        url: new URL(`https://issuer.example.com:${String(site.port)}/keys`),
        headers: {},
        maxBytes: 1000,
        signal: AbortSignal.timeout(5000),
      }),
    ).rejects.toMatchObject({ fault: 'certificate' });
  });

  test.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns-temporary'],
  ])('that the name server does not know is a fault like others, and no crash: %s', async (code, fault) => {
    // As dns.lookup does it: with an error it gives no list.
    const unknown: Resolve = (_hostname, _options, done) => {
      setImmediate(() => {
        done(Object.assign(new Error('no such name'), { code, syscall: 'getaddrinfo' }));
      });
    };
    await expect(ask(unknown)).rejects.toMatchObject({ fault });
  });

  test('that the real resolver does not know is a fault like others', async () => {
    const url = new URL('https://nobody.invalid/');
    const request = {
      method: 'GET',
      url,
      headers: {},
      maxBytes: 1,
      signal: AbortSignal.timeout(20_000),
    } as const;
    await expect(brokerTransport({})(request)).rejects.toBeInstanceOf(TransportError);
  });

  test('behind an egress proxy the proxy resolves, and nobody else is connected to', async () => {
    await using proxy = await startProxy({ routes: { 'issuer.example.com:443': site.port } });
    const name = names(['127.0.0.1']);
    const url = new URL('https://issuer.example.com/keys');
    const env = { HTTPS_PROXY: proxy.url.replace('127.0.0.1', 'localhost') };
    expect(await ask(name.resolve, { url }, env)).toMatchObject({ status: 200 });
    expect(proxy.connects.map(({ target }) => target)).toEqual(['issuer.example.com:443']);
    expect(name.asked).toEqual([]);
    await expect(ask(name.resolve, { url }, { ...env, NO_PROXY: '.example.com' })).rejects.toThrow(
      'not public',
    );
  });
});

describe('B08 an answer', () => {
  const local = { networks: 'any' as const };
  const { resolve } = names(['127.0.0.1']);

  test('that redirects leads nowhere', async () => {
    const before = plain.connections;
    site.answer = (_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${String(plain.port)}/` }).end();
    expect(await ask(resolve, local)).toMatchObject({ status: 302 });
    expect(plain.connections).toBe(before);
  });

  test.each<[string, RequestListener, string]>([
    ['longer than it may be', (_, response) => response.end('x'.repeat(1001)), 'too-large'],
    [
      'cut off',
      (_, response) => response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
      'truncated',
    ],
    [
      'compressed',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(),
      'encoding',
    ],
    ['that is none', (request) => request.socket.end('SSH-2.0-OpenSSH\r\n'), 'garbled'],
  ])('%s is refused', async (_, answer, fault) => {
    site.answer = answer;
    await expect(ask(resolve, local)).rejects.toMatchObject({ fault });
  });

  test('that never comes is given up', async () => {
    site.answer = () => undefined;
    await expect(ask(resolve, { ...local, signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      fault: 'aborted',
    });
  });
});

describe('B08 an issuer', () => {
  test.each([
    'https://evil.example.com',
    'http://127.0.0.1',
    'http://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'https://token.actions.githubusercontent.com/unknown-enterprise',
    'https://token.actions.githubusercontent.com.evil.example.com',
  ])('that is not configured is never connected to: %s', async (iss) => {
    const broker = await startWatchedBroker();
    const job = new Borrower(broker);
    await broker.expectRefused(() => job.borrow({ token: { claims: { iss } } }), {
      status: 400,
      body: { error: 'invalid_grant', reason: 'issuer-unknown' },
    });
    expect(broker.world.fetched).toEqual([]);
    await broker.stop();
  });

  test.each<[string, Parameters<typeof watchedKeys>[0], string]>([
    ['a name', 'github', 'public'],
    ['a name, with allow_private', { platform: 'github', allow_private: true }, 'any'],
    ['an address', { platform: 'gitlab', url: 'https://10.1.2.3' }, 'any'],
    ['an address of IPv6', { platform: 'gitlab', url: 'https://[fd00::1]' }, 'any'],
    ['this machine', { platform: 'gitlab', url: 'http://localhost:8080' }, 'any'],
    [
      'a name of a pinned place',
      { platform: 'gitlab', url: 'https://10.1.2.3', jwks_uri: 'https://k.example.com' },
      'public',
    ],
  ])('that is configured by %s', async (_, entry, networks) => {
    const made = watchedKeys(entry);
    made.answer = respond({ keys: [await jwk('a')] });
    await made.keys.find('a');
    expect(made.requests).toMatchObject([{ networks }]);
  });

  test('whose keys stand in a file is never connected to', async () => {
    const broker = await startWatchedBroker({
      yaml: (text) => text.replace('- github', '- { platform: github, jwks_file: github.json }'),
      beforeStart: (world, { github }) => {
        world.disk.set('/etc/broker/github.json', JSON.stringify({ keys: [github.publicKey()] }));
      },
    });
    expect((await new Borrower(broker).borrow()).status).toBe(200);
    expect(broker.world.fetched).toEqual([]);
    await broker.github.rotate();
    const next = new Borrower(broker);
    await broker.expectRefused(() => next.borrow(), { status: 400, body: { reason: 'signature' } });
    await broker.stop();
  });
});
