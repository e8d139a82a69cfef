import { Agent } from 'node:https';
import { TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { createAuthority } from '../../support/certificates.ts';
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
