import { copyFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { sha256 } from '../../../src/protocol/dpop.ts';
import { LiveBroker, type Answer } from '../../support/broker/live-broker.ts';
import { githubHeaders, githubSecret, workflowJob } from '../../support/broker/webhooks.ts';
import { until } from '../../support/exec.ts';

const { files } = brokerHost(new AbortController().signal);

interface Row {
  readonly handle: string;
  readonly state: string;
}

/** States of leases by the hash of the handle under which they were lent. */
function leasesOf(broker: LiveBroker): Row[] {
  const copy = join(broker.folder, 'copy.db');
  for (const end of ['', '-wal']) {
    try {
      copyFileSync(join(broker.folder, `broker.db${end}`), copy + end);
    } catch {
      // A store that was closed has no log.
    }
  }
  const store = new DatabaseSync(copy);
  const rows = store
    .prepare('SELECT s.handle_hash AS handle, l.state FROM leases l JOIN sessions s ON s.id = l.session_id')
    .all();
  store.close();
  return rows.map(({ handle, state }) => ({ handle: String(handle), state: String(state) }));
}

test('B37 told to end under load, it answers what is open, closes its books, and nothing lives that nobody has', async () => {
  await using broker = await LiveBroker.start();
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const post = (
    path: string,
    { headers, body }: { headers: Record<string, string>; body: string },
  ): Promise<Answer> => broker.ask(path, { agent, method: 'POST', headers, body });
  const got: Awaited<ReturnType<typeof broker.borrow>>[] = [];
  let running = true;
  const job = async (): Promise<void> => {
    while (running) {
      try {
        got.push(await broker.borrow(post));
      } catch {
        running = false;
      }
    }
  };
  const jobs = Array.from({ length: 20 }, job);
  await until(() => got.length > 50);
  broker.child.kill('SIGTERM');
  expect(await broker.ended).toBe(0);
  running = false;
  await Promise.all(jobs);
  agent.destroy();

  const lent = got.filter(({ status }) => status === 200);
  expect(lent.length).toBeGreaterThan(50);
  const delivered = new Set(lent.map(({ handle }) => sha256(handle)));
  const living = leasesOf(broker).filter(({ state }) => state === 'active' || state === 'intent');
  expect(living.filter(({ handle }) => !delivered.has(handle))).toEqual([]);
  expect(living).toHaveLength(lent.length);
  const log = { files: [join(broker.folder, 'audit.jsonl')] as const, allowGaps: false };
  const report = await verifyAudit(log, files);
  expect([report.problems, report.notices]).toEqual([[], []]);
  expect(broker.said).toContain('"message":"stopped"');
}, 60_000);

test('B37 an answer that is under way ends its connection, and those that stand hear that it is stopping', async () => {
  await using broker = await LiveBroker.start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // Its body is not there yet when the broker is told.
  const began = Promise.withResolvers<undefined>();
  const slow = new Promise<Answer>((done, failed) => {
    {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '3' };
      const sent = request(`${broker.url}/revoke`, { agent, method: 'POST', headers }, (message) => {
        message.resume();
        message.on('end', () => {
          done({ status: message.statusCode ?? 0, headers: message.headers, text: '' });
        });
      });
      sent.on('error', failed);
      sent.on('socket', () => {
        sent.write('a');
        began.resolve(undefined);
      });
      void broker.says('stopping:').then(() => sent.end('=b'));
    }
  });
  await began.promise;
  expect((await fetch(`${broker.url}/readyz`)).status).toBe(200);
  broker.child.kill('SIGTERM');
  const answer = await slow;
  expect([answer.status, answer.headers['connection']]).toEqual([400, 'close']);
  expect(await broker.ended).toBe(0);
});

test('B37 C34 with requests that never end it ends all the same, and what it took is done by the next', async () => {
  const hook = 'webhooks: [ { platform: github, secret: "env:HOOK", owners: ["123456"] } ]\n';
  await using broker = await LiveBroker.prepare({ yaml: (yaml) => yaml + hook });
  const env = { HOOK: githubSecret };
  // Jobs cannot be closed in this process.
  const dying = resolve('test/support/broker/die-at.ts');
  broker.run({ node: ['--import', dying], env: { ...env, DIE_AT: 'event-answered' } });
  await broker.says('listens on');
  expect((await broker.borrow()).status).toBe(200);
  const body = JSON.stringify(workflowJob({ id: 1, run_id: 1 }));
  const headers = { 'content-type': 'application/json', ...githubHeaders(body) };
  const told = await broker.ask('/webhooks/github', { method: 'POST', headers, body });
  expect([told.status, told.text]).toEqual([202, '{"status":"queued"}']);
  const form = 'application/x-www-form-urlencoded';
  // Ten who never say all that they wanted to.
  const cut = Array.from({ length: 10 }, async () => {
    const socket = connect(Number(new URL(broker.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise((gone) => socket.once('close', gone));
    socket.write(`POST /revoke HTTP/1.1\r\nHost: a\r\nContent-Type: ${form}\r\nContent-Length: 9\r\n\r\n`);
    await closed;
  });
  await fetch(`${broker.url}/healthz`);
  broker.child.kill('SIGTERM');
  expect(await broker.ended).toBe(0);
  await Promise.all(cut);
  expect(broker.audit().some((line) => line.includes('"job closed"'))).toBe(false);
  broker.run({ env });
  await until(() => broker.audit().some((line) => line.includes('"lease revoked"')));
  expect(broker.audit().filter((line) => line.includes('"job closed"'))).toHaveLength(1);
}, 120_000);

test('B37 a second signal ends it at once', async () => {
  await using broker = await LiveBroker.start();
  const socket = connect(Number(new URL(broker.url).port), '127.0.0.1');
  socket.write(
    'POST /revoke HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n',
  );
  socket.on('error', () => undefined);
  await fetch(`${broker.url}/healthz`);
  broker.child.kill('SIGTERM');
  await broker.says('stopping:');
  broker.child.kill('SIGTERM');
  expect(await broker.ended).toBe(143);
  socket.destroy();
});
