import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { createAuthority, type Certified } from '../../support/certificates.ts';
import { until } from '../../support/exec.ts';
import { LiveBroker } from '../../support/broker/live-broker.ts';
import { closedPort } from '../../support/socket-server.ts';

const servers = createAuthority('servers');
const [before, after] = [createAuthority('operators'), createAuthority('operators of today')];

interface Seen {
  readonly status: number | undefined;
  /** Of the listener. */
  readonly fingerprint: string;
}

/** What a new connection of whoever has this certificate sees. */
function ask(port: number, { cert, key }: Certified): Promise<Seen> {
  const agent = new Agent({ ca: servers.cert, cert, key, servername: 'localhost' });
  return new Promise((done, failed) => {
    const sent = request({ port, host: '127.0.0.1', path: '/admin/roles', agent }, (answer) => {
      const { socket } = answer;
      const shown = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : '';
      answer.resume().once('end', () => {
        agent.destroy();
        done({ status: answer.statusCode, fingerprint: shown });
      });
    });
    sent.on('error', failed).end();
  });
}

test('B36 the listener of operators takes a new certificate and a new authority of operators, and a misfit changes nothing', async () => {
  const port = await closedPort();
  const admin = `admin:
  listen: 127.0.0.1:${String(port)}
  tls: { certificate: admin.crt, key: admin.key, client_ca: operators.crt }
  operators: [ { id: bob, certificate: { subject: "CN=bob" }, rights: [read] } ]
`;
  await using broker = await LiveBroker.prepare({ yaml: (yaml) => yaml + admin });
  const put = (pair: Certified, authority: string): void => {
    writeFileSync(join(broker.folder, 'admin.crt'), pair.cert);
    writeFileSync(join(broker.folder, 'admin.key'), pair.key);
    writeFileSync(join(broker.folder, 'operators.crt'), authority);
  };
  const [first, second] = [servers.issue(), servers.issue()];
  put(first, before.cert);
  broker.run();
  await broker.says('listens on');
  const [old, young] = [before.issue({ names: ['bob'] }), after.issue({ names: ['bob'] })];
  const begun = await ask(port, old);
  expect(begun.status).toBe(200);
  expect((await ask(port, young)).status).toBe(401);

  put({ cert: second.cert, key: first.key }, before.cert);
  broker.child.kill('SIGHUP');
  await broker.says('The admin certificate');
  await broker.says('admin.tls: certificate and key do not serve');
  expect(await ask(port, old)).toEqual(begun);

  put(second, before.cert);
  broker.child.kill('SIGHUP');
  await until(() => /The admin certificate sha256:\w+ is in force"/.test(broker.said));
  const renewed = await ask(port, old);
  expect(renewed.status).toBe(200);
  expect(renewed.fingerprint).not.toBe(begun.fingerprint);

  // The certificate stays, whose operators come in does not: of two authorities one goes, by itself, within a few looks.
  put(second, after.cert + before.cert);
  broker.child.kill('SIGHUP');
  // The log says so when it is in force; the audit log, before.
  const taken = (): number =>
    broker.said.match(/The admin certificate sha256:\w+ is in force"/g)?.length ?? 0;
  await until(() => taken() > 1);
  expect((await ask(port, young)).status).toBe(200);
  expect((await ask(port, old)).status).toBe(200);
  put(second, after.cert);
  await until(() => taken() > 2);
  expect(await ask(port, young)).toEqual({ status: 200, fingerprint: renewed.fingerprint });
  expect((await ask(port, old)).status).toBe(401);
  expect(broker.audit().filter((line) => line.includes('admin certificate taken'))).toHaveLength(3);
}, 60_000);
