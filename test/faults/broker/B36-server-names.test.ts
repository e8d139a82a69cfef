import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkServes, listen, type Listening } from '../../../src/broker/http/listen.ts';
import { contextByName } from '../../../src/broker/http/server-names.ts';
import { createAuthority } from '../../support/certificates.ts';

const authority = createAuthority();

/** Finds by name, among certificates for these; each is called by all of its names. */
function among(...all: (readonly string[])[]): (name: string) => string | undefined {
  return contextByName(
    all.map((names) => ({ certificate: authority.issue({ names }).cert, context: names.join(' ') })),
  );
}

describe('B36 of several certificates a client is shown, for a name', () => {
  const find = among(
    ['a.example.com', '127.0.0.1'],
    ['b.example.com', '*.b.example.com'],
    ['b.example.com', 'c.example.com', '10.0.0.1'],
  );
  const second = 'b.example.com *.b.example.com';
  const third = 'b.example.com c.example.com 10.0.0.1';

  test.each([
    ['of the first, the first', 'a.example.com', undefined],
    ['of another, that one', 'c.example.com', third],
    ['in capitals, the same', 'C.EXAMPLE.COM', third],
    ['of two, the one that stands first', 'b.example.com', second],
    ['one label below a wildcard, the wildcard’s', 'x.b.example.com', second],
    ['two labels below a wildcard, the first', 'x.y.b.example.com', undefined],
    ['of nobody, the first', 'elsewhere.example.net', undefined],
    ['that only ends as another, the first', 'xc.example.com', undefined],
    ['that is empty, the first', '', undefined],
    ['that is an address, and so no name (RFC 6066 §3), the first', '10.0.0.1', undefined],
  ])('%s', (_, name, expected) => {
    expect(find(name)).toBe(expected);
  });

  test('of the first, the first, whoever else is for it, too', () => {
    const names = ['a.example.com', 'b.example.com'];
    expect(among(['a.example.com'], names)('a.example.com')).toBeUndefined();
  });
});

const sized = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length]), bytes]);
const extension = (type: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0, type]), sized(bytes)]);

/** A ClientHello of TLS 1.2 (RFC 5246 §7.4.1.2) with these octets for a name (RFC 6066 §3), as no library would write it. */
function hello(name: Buffer): Buffer {
  const extensions = [
    extension(0, sized(Buffer.concat([Buffer.from([0]), sized(name)]))),
    extension(10, sized(Buffer.from([0, 29, 0, 23]))),
    extension(13, sized(Buffer.from([4, 3]))),
  ];
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32),
    Buffer.from([0]),
    sized(Buffer.from([0xc0, 0x2b])),
    Buffer.from([1, 0]),
    sized(Buffer.concat(extensions)),
  ]);
  return Buffer.concat([Buffer.from([22, 3, 1]), sized(Buffer.concat([Buffer.from([1, 0]), sized(body)]))]);
}

const noCertificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

describe('B36 whatever a client writes in the place of the name', () => {
  let server: Listening;
  beforeAll(async () => {
    const { cert: certificate, key } = authority.issue({ names: ['a.example.com'] });
    const other = authority.issue({ names: ['b.example.com'] });
    const tls = { certificate, key, others: [{ certificate: other.cert, key: other.key }] };
    const local = { host: '127.0.0.1', port: 0 };
    server = await listen({ listen: local, tls }, () => Promise.resolve(new Response('')));
  });
  afterAll(() => server.close(0));

  /** Whose certificate comes, or that none does. */
  function shown(name: Buffer): Promise<string> {
    return new Promise((done) => {
      const socket = connect(server.port, '127.0.0.1');
      let came = '';
      socket
        .on('error', () => undefined)
        .on('close', () => {
          done('none');
        });
      socket.on('data', (chunk: Buffer) => {
        came += chunk.toString('latin1');
        const [found] = /[ab]\.example\.com/.exec(came) ?? [];
        if (found === undefined) return;
        done(found);
        socket.destroy();
      });
      socket.write(hello(name));
    });
  }

  test.each([
    ['a name', 'b.example.com', 'b.example.com'],
    ['nothing', '', 'a.example.com'],
    ['a dot', '.', 'a.example.com'],
    ['no UTF-8', '\xff\xfe\x80', 'a.example.com'],
    ['an address', '127.0.0.1', 'a.example.com'],
    ['a name and a zero', 'b.example.com\0', 'none'],
    ['more than a name may have', 'b'.repeat(256), 'none'],
  ])('it goes on: %s', async (_, name, expected) => {
    expect(await shown(Buffer.from(name, 'latin1'))).toBe(expected);
    expect(await shown(Buffer.from('b.example.com'))).toBe('b.example.com');
  });

  test('a certificate that does not serve, its own or another’s, changes nothing of what is shown', async () => {
    const { cert: certificate, key } = authority.issue({ names: ['b.example.com'] });
    // Its first certificate is one, and what stands behind it is none.
    const broken = { certificate: `${certificate}${noCertificate}`, key };
    const stranger = { certificate, key: authority.issue().key };
    for (const misfit of [broken, stranger]) {
      const pair = { certificate, key };
      expect(() => {
        checkServes({ ...pair, others: [misfit] });
      }).toThrow();
      expect(() => {
        server.useCertificate({ ...pair, others: [misfit] });
      }).toThrow();
      expect(() => {
        server.useCertificate({ ...misfit, others: [pair] });
      }).toThrow();
    }
    expect(await shown(Buffer.from('a.example.com'))).toBe('a.example.com');
    expect(await shown(Buffer.from('b.example.com'))).toBe('b.example.com');
  });
});
