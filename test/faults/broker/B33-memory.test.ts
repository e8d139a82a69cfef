import { afterEach, expect, test } from '@jest/globals';
import { LiveBroker } from '../../support/broker/live-broker.ts';

let broker: LiveBroker | undefined;

afterEach(async () => {
  await broker?.[Symbol.asyncDispose]();
  broker = undefined;
});

test.each<[string, string[], Record<string, string>]>([
  ['a debugger', ['--inspect=127.0.0.1:0'], {}],
  ['a debugger by way of the environment', [], { NODE_OPTIONS: '--inspect=127.0.0.1:0' }],
  ['a heap that a signal writes to a file', ['--heapsnapshot-signal=SIGUSR2'], {}],
])('B33 does not run with %s', async (_, node, env) => {
  broker = await LiveBroker.prepare();
  broker.run({ node, env });
  expect(await broker.ended).toBe(64);
  expect(broker.said).toContain('it would show every key and secret');
});

test('B33 no signal opens a debugger, and core dumps are told', async () => {
  broker = await LiveBroker.start();
  broker.child.kill('SIGUSR1');
  expect((await fetch(`${broker.url}/healthz`)).status).toBe(200);
  broker.child.kill('SIGTERM');
  expect(await broker.ended).toBe(0);
  expect(broker.said).not.toContain('Debugger listening');
});

test('B33 a diagnostic report of Node has no variable of the broker in it', async () => {
  // As whoever makes one in the process does: https://nodejs.org/api/report.html
  const report =
    "process.on('SIGUSR2', () => process.stderr.write(JSON.stringify(process.report.getReport()) + ' reported'))";
  broker = await LiveBroker.start({
    node: ['--import', `data:text/javascript,${encodeURIComponent(report)}`],
    env: { APP_DB_ADMIN_URL: 'postgres://admin:hunter2-of-the-broker@db/app' },
  });
  broker.child.kill('SIGUSR2');
  await broker.says(' reported');
  expect(broker.said).toContain('"javascriptHeap"');
  expect(broker.said).not.toContain('hunter2-of-the-broker');
  expect(broker.said).not.toContain('APP_DB_ADMIN_URL');
}, 60_000);
