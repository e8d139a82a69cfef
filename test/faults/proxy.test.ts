import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { startProxy, type Proxy, type ProxyOptions } from '../support/proxy.ts';
import type { Job } from '../support/runner.ts';
import type { StepResult } from '../support/runner-step.ts';
import { mainDoor, postDoor, startScene, type Scene } from '../support/scene.ts';
import { closedPort } from '../support/socket-server.ts';

// Loopback goes past every proxy, so the broker has a name and an address that lead here only through the proxy.
const authority = createAuthority();
const certified = authority.issue({ names: ['broker.test', '192.0.2.10', '2001:db8::10', '127.0.0.1'] });
let folder: string;
let caCert: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  caCert = join(folder, 'ca.pem');
  writeFileSync(caCert, authority.cert);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Behind {
  readonly proxy?: Omit<ProxyOptions, 'routes'>;
  /** The environment of the job, given the proxy. */
  readonly env?: (proxy: Proxy) => Record<string, string>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Where the ID token is asked for, if not on loopback. */
  readonly platform?: string;
}

interface Outcome {
  readonly main: StepResult;
  readonly post: StepResult;
  readonly proxy: Proxy;
  readonly scene: Scene;
  readonly job: Job;
}

/** A job whose broker stands behind a proxy, from its inputs to its post step. */
async function behindProxy({ proxy: options, env, inputs, platform }: Behind = {}): Promise<Outcome> {
  await using scene = await startScene({ tls: certified });
  const { port } = scene.server;
  await using proxy = await startProxy({
    ...options,
    routes: { 'broker.test:443': port, '192.0.2.10:443': port, '[2001:db8::10]:443': port },
  });
  const variables = env?.(proxy) ?? { HTTPS_PROXY: proxy.url };
  const idToken = platform === undefined ? scene.idToken : { ...scene.idToken, url: platform };
  await using job = scene.job({ idToken, env: { NODE_EXTRA_CA_CERTS: caCert, ...variables } });
  const all = { 'broker-url': 'https://broker.test', role: 'deploy', ...inputs };
  const main = await job.step(mainDoor, { inputs: all });
  const post = await job.post(postDoor, main);
  return { main, post, proxy, scene, job };
}

test.each(['HTTPS_PROXY', 'https_proxy'])('C19: %s is honoured, by main and by post', async (name) => {
  const { main, post, proxy, scene } = await behindProxy({ env: ({ url }) => ({ [name]: url }) });
  expect(main.exitCode).toBe(0);
  expect(post.log).toContain('given back');
  expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(new Set(['broker.test:443']));
  expect(scene.lender.alive).toEqual([]);
});

test('C19: a proxy may be named without http:// in front', async () => {
  const { main, proxy } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url.replace('http://127.0.0.1', 'localhost') }),
  });
  expect(main.exitCode).toBe(0);
  expect(proxy.connects.length).toBeGreaterThan(0);
});

test('C19: the variable for plain HTTP, of which nothing is needed here, may be without http://, too', async () => {
  const { main } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url, http_proxy: 'proxy.example.com:3128' }),
  });
  expect(main.exitCode).toBe(0);
});

test('C19: a proxy may be named by an IPv6 address', async () => {
  const { main, proxy } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url.replace('127.0.0.1', '[::ffff:127.0.0.1]') }),
  });
  expect(main.exitCode).toBe(0);
  expect(proxy.connects.length).toBeGreaterThan(0);
});

test.each(['192.0.2.10', '[2001:db8::10]'])(
  'C19: a broker at %s is reached through a proxy',
  async (host) => {
    const { main, post, proxy, scene } = await behindProxy({
      inputs: { 'broker-url': `https://${host}`, params: 'allow-ip: true' },
    });
    expect(main.exitCode).toBe(0);
    // No address is asked for as if it were a name (RFC 6066 §3).
    expect(main.rawLog).not.toContain('Warning');
    expect(post.log).toContain('given back');
    expect(proxy.connects[0]?.target).toBe(`${host}:443`);
    expect(scene.lender.alive).toEqual([]);
  },
);

test.each(['201 Created', '204 No Content', '299 Established'])(
  'C19: a proxy that grants the tunnel by %s is used: any 2xx means that it stands (RFC 9110 §9.3.6)',
  async (granted) => {
    await using scene = await startScene({ tls: certified });
    await using proxy = await startProxy({ granted, routes: { 'broker.test:443': scene.server.port } });
    await using platform = await startScene();
    using world = platform.world();
    process.env['https_proxy'] = proxy.url;
    try {
      const inputs = { 'broker-url': 'https://broker.test', 'ca-cert': caCert };
      expect((await world.main(platform.inputs(inputs))).exitCode).toBe(0);
    } finally {
      delete process.env['https_proxy'];
    }
    expect(proxy.connects).toHaveLength(1);
    expect(scene.lender.alive).toHaveLength(1);
  },
);

test('C19: a proxy that speaks something other than HTTP is not spoken to', async () => {
  const { main, proxy } = await behindProxy({
    proxy: { credentials },
    env: ({ urlWithCredentials }) => ({ HTTPS_PROXY: urlWithCredentials.replace('http:', 'socks5:') }),
  });
  expect(main.exitCode).toBe(69);
  expect(main.annotations.map(({ message }) => message).join()).toContain('[proxy-refused]');
  expect(proxy.connects).toEqual([]);
});

test('C19: a private authority works through a proxy by ca-cert, too', async () => {
  const { main, post, scene } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: '' }),
    inputs: { 'ca-cert': caCert },
  });
  expect(main.exitCode).toBe(0);
  expect(post.exitCode).toBe(0);
  expect(scene.lender.alive).toEqual([]);
});

test('C19: a certificate is checked behind a proxy as anywhere', async () => {
  await using scene = await startScene({ tls: createAuthority().issue({ names: ['broker.test'] }) });
  await using proxy = await startProxy({ routes: { 'broker.test:443': scene.server.port } });
  await using platform = await startScene();
  await using job = platform.job({ env: { HTTPS_PROXY: proxy.url, NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  const main = await job.step(mainDoor, { inputs: { 'broker-url': 'https://broker.test', role: 'deploy' } });
  expect(main.exitCode).toBe(69);
  expect(main.annotations.map(({ message }) => message).join()).toContain('[tls-untrusted]');
  expect(scene.server.requests).toHaveLength(0);
});

const credentials = { username: 'ci@corp', password: 'pr0xy/p@ss:word' };

test('C19: a proxy’s user name and password are sent to it and masked', async () => {
  const { main, proxy, job } = await behindProxy({
    proxy: { credentials },
    env: ({ urlWithCredentials }) => ({ HTTPS_PROXY: urlWithCredentials }),
  });
  expect(main.exitCode).toBe(0);
  expect(proxy.connects[0]?.authorization).toMatch(/^Basic /);
  expect(job.masker.mask(`${credentials.password} ${encodeURIComponent(credentials.password)}`)).toBe(
    '*** ***',
  );
});

test('C19: a proxy that speaks TLS is used, and told nothing before its certificate was checked', async () => {
  const env = ({ urlWithCredentials }: Proxy) => ({
    HTTPS_PROXY: urlWithCredentials,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  });
  // Its own name is what counts, not the one of the server behind it.
  const itself = authority.issue({ names: ['127.0.0.1'] });
  const known = await behindProxy({ proxy: { credentials, tls: itself }, env });
  expect(known.main.exitCode).toBe(0);
  const server = authority.issue({ names: ['broker.test'] });
  const posing = await behindProxy({ proxy: { credentials, tls: server }, env });
  expect(posing.main.exitCode).toBe(69);
  expect(posing.proxy.connects).toEqual([]);
  const stranger = createAuthority().issue();
  const unknown = await behindProxy({ proxy: { credentials, tls: stranger }, env });
  expect(unknown.main.exitCode).toBe(69);
  expect(unknown.proxy.connects).toEqual([]);
});

test('C19: a token that stands as the user name of a proxy is masked, too', async () => {
  const { main, job } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url.replace('//', '//proxy-token-1234@') }),
  });
  expect(main.exitCode).toBe(0);
  expect(job.masker.mask('proxy-token-1234')).toBe('***');
});

test('C19: a proxy that wants other credentials is named as the problem, at once', async () => {
  const { main, proxy } = await behindProxy({ proxy: { credentials } });
  expect(main.exitCode).toBe(69);
  expect(main.annotations.map(({ message }) => message).join()).toContain('[proxy-refused]');
  expect(main.log).not.toContain('Trying again');
  expect(proxy.connects.length).toBeGreaterThan(0);
});

test('C19: a proxy that is not there is named as the problem', async () => {
  const port = String(await closedPort());
  const { main } = await behindProxy({ env: () => ({ HTTPS_PROXY: `http://127.0.0.1:${port}` }) });
  expect(main.exitCode).toBe(69);
  expect(main.annotations.map(({ message }) => message).join()).toContain('[proxy-refused]');
});

test.each([
  'http://user:p%zz@127.0.0.1:1',
  'http://',
  'http://[::1',
  // What ends the host is part of a password that is not percent-encoded.
  'http://user:12#p%zz@127.0.0.1:1',
  'http://user:12/p%zz@127.0.0.1:1',
  'http://user:12?p%zz@127.0.0.1:1',
])('C19: a proxy variable that cannot be read (%s) is refused before anything is sent', async (url) => {
  const { main, scene } = await behindProxy({ env: () => ({ HTTPS_PROXY: url }) });
  expect(main.exitCode).toBe(64);
  expect(main.annotations[0]?.message).toContain('HTTPS_PROXY');
  expect(main.rawLog).not.toContain('p%zz');
  expect(scene.server.requests).toHaveLength(0);
});

test.each(['silent', 'mute'] as const)(
  'C19: a %s proxy ends the step in time and leaves no process',
  async (mode) => {
    const { main, proxy } = await behindProxy({
      proxy: { mode },
      platform: 'https://broker.test/id-token',
      inputs: { timeout: '1s' },
    });
    expect(main.exitCode).toBe(75);
    expect(main.annotations[0]?.message).toContain('[timed-out]');
    expect(proxy.connects.length).toBeGreaterThan(0);
  },
);

test('C19: an address is reached through the proxy where NO_PROXY does not name its network', async () => {
  const { main, proxy } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url, NO_PROXY: '198.51.100.0/24,192.0.2.11/32,broken/99' }),
    inputs: { 'broker-url': 'https://192.0.2.10', params: 'allow-ip: true' },
  });
  expect(main.exitCode).toBe(0);
  expect(proxy.connects[0]?.target).toBe('192.0.2.10:443');
});

test.each([
  ['broker.test', 'https://broker.test'],
  ['.test', 'https://broker.test'],
  ['*', 'https://broker.test'],
  ['*.test', 'https://broker.test'],
  ['x.test, Broker.test.', 'https://broker.test'],
  ['broker.test', 'https://broker.test.'],
  ['2001:DB8:0::1', 'https://[2001:db8::1]'],
  ['192.0.2.0/24', 'https://192.0.2.10'],
  [' 10.0.0.0/8 , 192.0.2.8/29', 'https://192.0.2.10'],
  ['2001:db8::/32', 'https://[2001:db8::1]'],
])('C19: NO_PROXY %s keeps the proxy out of it', async (list, platform) => {
  const { main, proxy } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url, NO_PROXY: list }),
    inputs: { timeout: '1s' },
    platform,
  });
  // Nothing is there without the proxy.
  expect(main.exitCode).not.toBe(0);
  expect(proxy.connects).toEqual([]);
});

test('C19: an empty no_proxy leaves NO_PROXY as it is', async () => {
  const { main, proxy } = await behindProxy({
    env: ({ url }) => ({ HTTPS_PROXY: url, no_proxy: '', NO_PROXY: '192.0.2.0/24' }),
    inputs: { timeout: '1s' },
    platform: 'https://192.0.2.10',
  });
  expect(main.exitCode).not.toBe(0);
  expect(proxy.connects).toEqual([]);
});

test.each(['*.other.test', 'xbroker.test', '*roker.test', 'a.broker.test', '.'])(
  'C19: NO_PROXY %s does not mean the broker',
  async (list) => {
    const { main } = await behindProxy({ env: ({ url }) => ({ HTTPS_PROXY: url, NO_PROXY: list }) });
    expect(main.exitCode).toBe(0);
  },
);
