import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { connect, TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { createAuthority, type Certified } from '../../support/certificates.ts';
import { until } from '../../support/exec.ts';
import { LiveBroker } from '../../support/broker/live-broker.ts';

const authority = createAuthority();
const ca = authority.cert;

/** The fingerprint of what the broker shows to a new connection. */
async function shown(broker: LiveBroker): Promise<string> {
  const agent = new Agent({ ca, keepAlive: true });
  const answered = broker.ask('/healthz', { agent });
  expect((await answered).status).toBe(200);
  const [socket] = Object.values(agent.freeSockets).flat();
  const fingerprint = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : '';
  agent.destroy();
  return fingerprint;
}

test('B36 a new certificate is taken on SIGHUP and by itself; connections that stand go on, and a misfit changes nothing', async () => {
  const [first, second, third] = [authority.issue(), authority.issue(), authority.issue()];
  await using broker = await LiveBroker.start({ tls: first });
  const before = await shown(broker);
  const kept = new Agent({ ca, keepAlive: true, maxSockets: 1 });
  expect((await broker.ask('/healthz', { agent: kept })).status).toBe(200);
  const [standing] = Object.values(kept.freeSockets).flat();

  broker.certify({ cert: second.cert, key: first.key });
  broker.child.kill('SIGHUP');
  await broker.says('stays in force: what is there now was refused');
  expect(await shown(broker)).toBe(before);
  const refused = broker.lines().find(({ level }) => level === 'error');
  expect(refused).toMatchObject({
    problems: [expect.stringContaining('tls: certificate and key do not serve')],
  });
  expect(broker.said).toMatch(/The policies sha256:\w+ are in force, unchanged/);

  broker.certify(second);
  broker.child.kill('SIGHUP');
  await until(() => /The certificate sha256:\w+ is in force/.test(broker.said));
  const after = await shown(broker);
  expect(after).not.toBe(before);
  expect((await broker.ask('/healthz', { agent: kept })).status).toBe(200);
  expect(Object.values(kept.freeSockets).flat()).toEqual([standing]);
  kept.destroy();

  // By itself, within a few looks.
  broker.certify(third);
  await until(() => (broker.said.match(/is in force"/g)?.length ?? 0) > 1);
  expect([before, after]).not.toContain(await shown(broker));
  expect(broker.audit().filter((line) => line.includes('certificate taken'))).toHaveLength(2);
});

/** The fingerprint of what whoever asks for this name is shown. */
function shownFor(broker: LiveBroker, servername: string | undefined): Promise<string> {
  const port = Number(new URL(broker.url).port);
  const named = servername === undefined ? {} : { servername };
  return new Promise((done, failed) => {
    // Which certificate it is, is what is looked at here.
    const socket = connect({ host: '127.0.0.1', port, ca, checkServerIdentity: () => undefined, ...named });
    socket.once('error', failed).once('secureConnect', () => {
      done(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
  });
}

const fingerprint = ({ cert }: Certified): string => new X509Certificate(cert).fingerprint256;

test('B36 one listener has several names, each with its certificate, and all are taken anew', async () => {
  const first = authority.issue();
  const [other, wild, next] = [['b.example.com'], ['*.example.org'], ['b.example.com']].map((names) =>
    authority.issue({ names }),
  ) as [Certified, Certified, Certified];
  const others = '{ certificate: b.crt, key: b.key }, { certificate: c.crt, key: c.key }';
  await using broker = await LiveBroker.prepare({
    tls: first,
    yaml: (yaml) => yaml.replace('key: tls.key }', `key: tls.key, others: [ ${others} ] }`),
  });
  const put = (name: string, { cert, key }: Certified): void => {
    writeFileSync(join(broker.folder, `${name}.crt`), cert);
    writeFileSync(join(broker.folder, `${name}.key`), key);
  };
  put('b', other);
  put('c', wild);
  broker.run();
  await broker.says('listens on');
  for (const [name, pair] of [
    ['localhost', first],
    ['b.example.com', other],
    ['B.Example.COM', other],
    ['any.example.org', wild],
    ['elsewhere.example.net', first],
    [undefined, first],
  ] as const)
    expect([name, await shownFor(broker, name)]).toEqual([name, fingerprint(pair)]);
  expect(broker.said).not.toContain('the certificate is not for');

  put('b', { cert: next.cert, key: wild.key });
  broker.child.kill('SIGHUP');
  await broker.says('stays in force: what is there now was refused');
  expect(broker.lines().find(({ level }) => level === 'error')).toMatchObject({
    problems: [expect.stringContaining('tls.others[0]: certificate and key do not serve')],
  });
  expect(await shownFor(broker, 'b.example.com')).toBe(fingerprint(other));
  put('b', next);
  broker.child.kill('SIGHUP');
  await until(() => /The certificate sha256:\w+ is in force/.test(broker.said));
  expect(await shownFor(broker, 'b.example.com')).toBe(fingerprint(next));
  expect(await shownFor(broker, 'localhost')).toBe(fingerprint(first));
});

test('B36 a certificate that callers will not take is told', async () => {
  const past = new Date(Date.now() - 86_400_000);
  const expired = authority.issue({
    names: ['other.example.com'],
    notBefore: past,
    notAfter: new Date(Date.now() - 1000),
  });
  await using broker = await LiveBroker.start({ tls: expired });
  const warnings = broker
    .lines()
    .filter(({ level }) => level === 'warn')
    .map(({ message }) => message);
  expect(warnings).toContainEqual(expect.stringMatching(/^the certificate has expired at /));
  expect(warnings).toContain('the certificate is not for 127.0.0.1');
});
