import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TransportError, type Transport, type TransportFault } from '../../src/domain/host.ts';
import { createAuthority } from '../support/certificates.ts';
import * as faults from '../support/faults.ts';
import { startFaultyServer, type Behaviour } from '../support/faulty-server.ts';
import { mintIdToken } from '../support/lender.ts';
import { mainDoor, startScene, type Cast } from '../support/scene.ts';
import { closedPort, cutAtFirstByte, silentSocket, startSocketServer } from '../support/socket-server.ts';

const authority = createAuthority();
const certified = authority.issue();
let folder: string;
let caCert: string;
let memoryProbe: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  caCert = join(folder, 'ca.pem');
  writeFileSync(caCert, authority.cert);
  memoryProbe = join(folder, 'probe.cjs');
  const code = 'process.on("exit", () => console.log(`peak:${process.resourceUsage().maxRSS}`))';
  writeFileSync(memoryProbe, code);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Fails so many times in this way before it lets the request through. */
function failing(fault: TransportFault, count: number): (real: Transport) => Transport {
  let left = count;
  return (real) => (request) => (left-- > 0 ? Promise.reject(new TransportError(fault)) : real(request));
}

test('C04: a reset is tried again', async () => {
  await using scene = await startScene({ idToken: [faults.reset, faults.resetAfterHeaders, mintIdToken()] });
  expect(await scene.main()).toMatchObject({ exitCode: 0 });
});

test('C04: a broker that resets its first answer lends once', async () => {
  await using scene = await startScene(({ lender }) => ({
    token: [lender.lendAnd(faults.reset), lender.lend],
  }));
  expect(await scene.main()).toMatchObject({ exitCode: 0 });
  expect(scene.lender.alive).toHaveLength(1);
});

test('C04: a refused connection is tried six times and ends with 69', async () => {
  await using scene = await startScene();
  const url = `http://127.0.0.1:${String(await closedPort())}/`;
  const main = await scene.main({ env: { ACTIONS_ID_TOKEN_REQUEST_URL: url } });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('attempt 6 of 6');
  expect(main.log).not.toContain('attempt 7');
});

test('C04: a name that cannot be looked up just now is tried again, one that does not exist is not', async () => {
  await using scene = await startScene();
  expect(await scene.main({ send: failing('dns-temporary', 3) })).toMatchObject({ exitCode: 0 });
  const main = await scene.main({ send: failing('dns', 1) });
  expect(main.exitCode).toBe(69);
  expect(main.log).not.toContain('Trying again');
});

test('C04: a TLS handshake that is cut is tried again', async () => {
  await using server = await startSocketServer(cutAtFirstByte);
  await using scene = await startScene();
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `https://127.0.0.1:${String(server.port)}/` };
  const main = await scene.main({ env });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('[unreachable]');
  expect(server.connections()).toBe(6);
});

const yesterday = new Date(Date.now() - 86_400_000);
test.each([
  ['of an unknown authority', createAuthority().issue(), '[tls-untrusted]'],
  ['that has expired', authority.issue({ notBefore: new Date(0), notAfter: yesterday }), '[tls-untrusted]'],
  ['for another name', authority.issue({ names: ['other.example'] }), '[tls-untrusted]'],
])('C04: a certificate %s is refused at the first try', async (_, tls, code) => {
  await using scene = await startScene({ tls });
  const main = await scene.main({ inputs: { 'ca-cert': caCert } });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain(code);
  expect(scene.server.connections()).toBe(1);
  expect(scene.server.requests).toHaveLength(0);
});

test('C04: a broker whose certificate is not trusted is told nothing, so it has lent nothing', async () => {
  await using platform = await startScene();
  await using broker = await startScene({ tls: certified });
  const main = await platform.main({ inputs: { 'broker-url': broker.server.url } });
  expect(main.annotations.map(({ level }) => level)).toEqual(['error']);
  expect(main.annotations[0]?.message).toContain('[tls-untrusted]');
  expect(platform.arrived('/id-token')).toHaveLength(1);
  expect(broker.server.requests).toHaveLength(0);
});

test('C04: where plain HTTP answers for https the port is asked about, not a certificate', async () => {
  await using scene = await startScene();
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: scene.idToken.url.replace('http:', 'https:') };
  const main = await scene.main({ env });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('could not agree on TLS');
  expect(main.log).toContain('Check the port');
});

test('C04: no variable of the job switches the check of certificates off', async () => {
  await using scene = await startScene({ tls: certified });
  await using job = scene.job({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  expect(main.exitCode).toBe(69);
  expect(main.annotations[0]?.message).toContain('[tls-untrusted]');
  expect(scene.server.requests).toHaveLength(0);
});

test('C04: with its authority in ca-cert the same server is trusted', async () => {
  await using scene = await startScene({ tls: certified });
  using world = scene.world();
  const main = await world.main(scene.inputs({ 'ca-cert': caCert }));
  expect(main.exitCode).toBe(0);
  expect(await world.post(main)).toMatchObject({ exitCode: 0, annotations: [] });
});

test.each([
  ['text', (text: string) => text],
  ['text in Base64', (text: string) => Buffer.from(text).toString('base64')],
])(
  'C04: with its authority as a %s in ca-cert the same server is trusted, by main and by post, and no other',
  async (_, as) => {
    await using scene = await startScene({ tls: certified });
    using world = scene.world();
    const main = await world.main(scene.inputs({ 'ca-cert': as(authority.cert) }));
    expect(main.exitCode).toBe(0);
    expect(await world.post(main)).toMatchObject({ exitCode: 0, annotations: [] });
    expect(scene.lender.alive).toEqual([]);
    const other = await scene.main({ inputs: { 'ca-cert': as(createAuthority().cert) } });
    expect(other.log).toContain('[tls-untrusted]');
  },
);

test('C04: `revoke/` trusts the authority that main was given as a text, too', async () => {
  await using scene = await startScene({ tls: certified });
  using world = scene.world();
  expect((await world.main(scene.inputs({ 'ca-cert': authority.cert }))).exitCode).toBe(0);
  expect((await world.revoke({})).exitCode).toBe(0);
  expect(scene.lender.alive).toEqual([]);
});

test('C04: a server that does not speak HTTP is not what was meant', async () => {
  await using server = await startSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
  await using scene = await startScene();
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${String(server.port)}/` };
  const main = await scene.main({ env });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('[answer-invalid]');
  expect(server.connections()).toBe(1);
});

const body = '{"value":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}';
test.each<[string, (cast: Cast) => Behaviour]>([
  ['is silent', ({ silence }) => silence],
  ['is silent after its headers', ({ silentAfter }) => silentAfter(faults.headersThenSilence)],
  ['sends its body byte by byte', ({ silentAfter }) => silentAfter(faults.slowBody(body, 5))],
])('C05: a server that %s is left after 10 seconds and asked again', async (_, fault) => {
  await using scene = await startScene((cast) => ({ idToken: [fault(cast), mintIdToken()] }));
  const main = await scene.main();
  expect(main.exitCode).toBe(0);
  expect(main.log).toContain('did not answer within 10 seconds. Trying again');
  expect(main.passedMs).toBeGreaterThanOrEqual(10_000);
  expect(main.passedMs).toBeLessThan(11_000);
});

test('C05: a server that never begins the TLS handshake is left after 10 seconds', async () => {
  await using scene = await startScene();
  await using server = await startSocketServer((socket) => {
    silentSocket(socket);
    socket.once('data', () => {
      scene.passTime();
    });
  });
  const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `https://127.0.0.1:${String(server.port)}/` };
  const main = await scene.main({ env, inputs: { timeout: '15s' } });
  expect(main.exitCode).toBe(75);
  expect(main.passedMs).toBeLessThanOrEqual(15_000);
});

test.each([
  ['truncated', faults.truncated],
  ['a chunked one without its end', faults.chunkedCut],
])('C06: an answer that is %s is tried again and never ends in success', async (_, cut) => {
  await using once = await startScene({ idToken: [cut(body), mintIdToken()] });
  expect(await once.main()).toMatchObject({ exitCode: 0 });
  await using always = await startScene({ idToken: cut(body) });
  const main = await always.main();
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('broke off');
  expect(always.arrived('/id-token')).toHaveLength(6);
});

test('C06: the built action does not end in success when every answer is truncated', async () => {
  await using scene = await startScene({ idToken: faults.truncated(body) });
  await using job = scene.job();
  const main = await job.step(mainDoor, { inputs: scene.inputs({ timeout: '1s' }) });
  // 75 where the time runs out while an answer is on its way.
  expect([69, 75]).toContain(main.exitCode);
  expect(main.env).toEqual({});
});

test('C06: a truncated answer of the broker is asked for again under the same handle', async () => {
  const cut = faults.truncated('{"authorization_details":[]}');
  await using scene = await startScene(({ lender }) => ({ token: [lender.lendAnd(cut), lender.lend] }));
  expect(await scene.main()).toMatchObject({ exitCode: 0 });
  const hashes = scene.forms('/token').map((form) => form.get('revocation_handle_hash'));
  expect(hashes).toHaveLength(2);
  expect(new Set(hashes).size).toBe(1);
  expect(scene.lender.alive).toHaveLength(1);
});

const mebibyte = 1024 * 1024;
test.each([
  ['an ID token', { idToken: faults.bigBody(64 * 1024) }, '/id-token'],
  ['an endless ID token', { idToken: faults.endlessBody() }, '/id-token'],
  ['a loan', { token: faults.bigBody(mebibyte) }, '/token'],
  ['an endless loan', { token: faults.endlessBody() }, '/token'],
] as const)('C07: %s longer than it may be is refused once and for all', async (_, script, path) => {
  await using scene = await startScene(script);
  const main = await scene.main();
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('is longer than it may be');
  expect(scene.arrived(path)).toHaveLength(1);
});

test('C07: an ID token may be as long as 16 KiB and a loan as long as 1 MiB less a little', async () => {
  const padded = (loan: Record<string, unknown>) => ({ ...loan, padding: 'x'.repeat(mebibyte - 2048) });
  await using scene = await startScene(({ lender }) => ({
    idToken: mintIdToken({ claims: { padding: 'x'.repeat(11 * 1024) } }),
    token: lender.lendChanged(padded),
  }));
  expect(await scene.main()).toMatchObject({ exitCode: 0 });
});

test('C07: what is compressed without being asked for is not unpacked', async () => {
  await using scene = await startScene({ token: faults.gzipBomb() });
  const main = await scene.main();
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('compressed its answer');
  expect(scene.arrived('/token')[0]?.headers['accept-encoding']).toBe('identity');
});

/** Peak resident memory of the main step, in KiB. */
async function peakMemory(token?: Behaviour): Promise<number> {
  await using scene = await startScene(token === undefined ? {} : { token });
  await using job = scene.job({ env: { NODE_OPTIONS: `--require=${memoryProbe}` } });
  const main = await job.step(mainDoor, { inputs: scene.inputs() });
  return Number(/peak:(\d+)/.exec(main.log)?.[1]);
}

test('C07: neither an endless answer nor a gzip bomb takes memory', async () => {
  const usual = await peakMemory();
  expect(await peakMemory(faults.endlessBody(256 * mebibyte))).toBeLessThan(usual + 16 * 1024);
  expect(await peakMemory(faults.gzipBomb(256))).toBeLessThan(usual + 16 * 1024);
});

test.each([301, 302, 303, 307, 308] as const)(
  'C08: a redirect (%i) is an error and nothing follows it',
  async (code) => {
    await using elsewhere = await startFaultyServer(mintIdToken());
    const redirect = faults.redirect(code, `${elsewhere.url}/id-token`);
    await using platform = await startScene({ idToken: redirect });
    await using broker = await startScene({ token: redirect });
    for (const scene of [platform, broker]) {
      const main = await scene.main();
      expect(main.exitCode).toBe(69);
      expect(main.log).toContain('[redirect-refused]');
    }
    expect(platform.server.requests).toHaveLength(1);
    expect(broker.arrived('/token')).toHaveLength(1);
    expect(elsewhere.requests).toHaveLength(0);
  },
);

test('C08: a redirect to a path of the same server is not followed either', async () => {
  await using scene = await startScene({ idToken: faults.redirect(307, '/token') });
  expect((await scene.main()).exitCode).toBe(69);
  expect(scene.server.requests).toHaveLength(1);
});

test('C05: an attempt does not begin when there is no time left for it', async () => {
  await using scene = await startScene(({ silence }) => ({ idToken: silence }));
  const main = await scene.main({ inputs: { timeout: '10s' } });
  expect(main.exitCode).toBe(75);
  expect(scene.arrived('/id-token')).toHaveLength(1);
});
