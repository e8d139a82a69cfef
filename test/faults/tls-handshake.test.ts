// A broker with which no TLS connection comes about: what a job is told, and that nothing can have been lent by it.
import { connect, type Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { startProxy } from '../support/proxy.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { silentSocket, startSocketServer } from '../support/socket-server.ts';
import type { Run } from '../support/world.ts';

const authority = createAuthority();
const certified = authority.issue({ names: ['localhost', '127.0.0.1', 'broker.test'] });
/** Lets in who has a certificate of ours, by TLS 1.3 and by what was before it. */
const demanding = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };
const older = { ...demanding, maxVersion: 'TLSv1.2' } as const;

/** A main step whose broker is another server than its platform. */
async function mainAt(broker: string, platform: Scene): Promise<Run> {
  using world = platform.world();
  return await world.main(platform.inputs({ 'broker-url': broker, 'ca-cert': authority.cert }));
}

/** Nothing is to be given back, and nobody is worried. */
function expectNothingLent(main: Run): void {
  expect(main.exitCode).toBe(69);
  expect(main.annotations).toHaveLength(1);
  expect(main.log).not.toMatch(/lent|given back/);
  expect(main.state).toEqual({ ledger: '' });
}

test('C04: a server that wants a client certificate says so, and has lent nothing', async () => {
  await using platform = await startScene();
  await using scene = await startScene({ tls: { ...certified, ...demanding } });
  const main = await mainAt(scene.server.url, platform);
  expectNothingLent(main);
  expect(main.annotations[0]?.message).toMatch(
    /wants a client certificate .*\n.*client-key.*\n\[tls-refused\]/,
  );
  expect(main.log).not.toContain('Trying again');
});

test('C04: by TLS 1.2 it breaks off without saying why', async () => {
  await using platform = await startScene();
  await using scene = await startScene({ tls: { ...certified, ...older } });
  const main = await mainAt(scene.server.url, platform);
  expectNothingLent(main);
  expect(main.annotations[0]?.message).toMatch(/broken off .*\n.*client certificate.*\n\[tls-refused\]/);
});

test('C04: what speaks no TLS is told as that', async () => {
  await using platform = await startScene();
  const main = await mainAt(platform.server.url.replace('http:', 'https:'), platform);
  expectNothingLent(main);
  expect(main.annotations[0]?.message).toMatch(/could not agree on TLS.\nCheck the port.*\n\[tls-refused\]/);
});

test('C04: a server that is not trusted has lent nothing', async () => {
  await using platform = await startScene();
  await using scene = await startScene({ tls: createAuthority().issue() });
  const main = await mainAt(scene.server.url, platform);
  expectNothingLent(main);
  expect(main.annotations[0]?.message).toContain('[tls-untrusted]');
});

test.each([
  ['that is not trusted', createAuthority().issue({ names: ['broker.test'] }), '[tls-untrusted]'],
  ['that wants a client certificate', { ...certified, ...demanding }, '[tls-refused]'],
])('C19: a server behind a proxy %s has lent nothing', async (_, tls, code) => {
  await using platform = await startScene();
  await using scene = await startScene({ tls });
  await using proxy = await startProxy({ routes: { 'broker.test:443': scene.server.port } });
  process.env['https_proxy'] = proxy.url;
  try {
    const main = await mainAt('https://broker.test', platform);
    expectNothingLent(main);
    expect(main.annotations[0]?.message).toContain(code);
    expect(proxy.connects).toHaveLength(1);
  } finally {
    delete process.env['https_proxy'];
  }
});

test('C04: giving back, too, tells that a client certificate is wanted', async () => {
  await using scene = await startScene({ tls: certified });
  await using strict = await startScene({ tls: { ...certified, ...demanding } });
  let { port } = scene.server;
  await using front = await startSocketServer((socket) => {
    join(socket, port);
  });
  using world = scene.world();
  const url = `https://localhost:${String(front.port)}`;
  const main = await world.main(scene.inputs({ 'broker-url': url, 'ca-cert': authority.cert }));
  expect(main.exitCode).toBe(0);
  ({ port } = strict.server);
  for (const run of [await world.revoke({}), await world.post(main)]) {
    expect(run.annotations[0]?.message).toMatch(/lives until .* wants a client certificate that it trusts/);
    expect(run.log).not.toContain('is not trusted here');
  }
  expect(scene.lender.alive).toHaveLength(1);
});

test('C05: a TLS handshake that hangs is left, told, and tried again within the deadline', async () => {
  await using scene = await startScene({ tls: certified });
  await using platform = await startScene();
  await using front = await startSocketServer((socket) => {
    if (front.connections() === 1) silentSocket(socket);
    else join(socket, scene.server.port);
  });
  const url = `https://localhost:${String(front.port)}`;
  let waits = 0;
  using world = platform.world({
    send: (real) => (request) => {
      const answer = real(request);
      // The limit of an attempt runs by now.
      if (request.url.host === new URL(url).host && waits++ === 0)
        setImmediate(() => {
          platform.passTime();
        });
      return answer;
    },
  });
  const main = await world.main(platform.inputs({ 'broker-url': url, 'ca-cert': authority.cert }));
  expect(main.exitCode).toBe(0);
  expect(main.log).toContain('did not answer within 10 seconds. Trying again');
  expect(front.connections()).toBe(2);
  expect(scene.arrived('/token')).toHaveLength(1);
});

/** Carries what is said there and back. */
function join(client: Socket, port: number): void {
  const server = connect(port, '127.0.0.1');
  server.on('error', () => client.destroy()).on('close', () => client.destroy());
  client.on('close', () => server.destroy());
  client.pipe(server).pipe(client);
}
