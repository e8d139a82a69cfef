import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Debt } from '../../src/domain/intent.ts';
import { keepBeating } from '../../src/commands/heartbeats.ts';
import { readHeartbeat } from '../../src/config/heartbeat.ts';
import { brokerReturn } from '../../src/providers/broker-return.ts';
import { broker as provider } from '../../src/providers/broker.ts';
import type { IdTokenSource } from '../../src/id-tokens/id-token-source.ts';
import { decodeIdToken } from '../../src/id-tokens/decode.ts';
import { githubActions } from '../../src/platforms/github-actions.ts';
import type { Pulse } from '../../src/providers/provider.ts';
import { startListeningBroker } from '../support/broker/listening-broker.ts';
import { publicUrl, startTestBroker, type TestBroker } from '../support/broker/test-broker.ts';
import { brokerCall, type BrokerCall } from '../support/client/broker-call.ts';
import { until } from '../support/exec.ts';

describe('C34: heartbeats', () => {
  let broker: TestBroker;
  let to: BrokerCall;
  let said: string[];
  let debt: Debt;
  let pulse: Pulse | undefined;

  beforeEach(async () => {
    broker = await startTestBroker();
    to = brokerCall(broker);
    said = [];
  });
  afterEach(async () => {
    to[Symbol.dispose]();
    await broker.stop();
  });

  const source: IdTokenSource = {
    name: 'a platform that mints',
    mints: true,
    request: async (audience, { host }) => {
      const at = host.clock.now();
      return decodeIdToken(await broker.github.mint({ audience, at }), audience, at);
    },
  };

  /** Borrows as `exec` does. @returns ends the heartbeats */
  async function lendWithHeart(heartbeatSeconds = 120, ttlSeconds = 1800): Promise<() => void> {
    const wish = { brokerUrl: publicUrl, roles: [{ role: 'app-ro' }], ttlSeconds, heartbeatSeconds };
    const opening = provider.configure({ ...wish, params: {}, facts: {} }).open(true);
    debt = opening.debt;
    ({ pulse } = await opening.trade(await source.request(opening.audience, to.call), to.call));
    if (pulse === undefined) throw new Error('the loan has no pulse');
    const { host } = to.call;
    const job = { ...githubActions.attach(host), tell: (_: string, text: string) => void said.push(text) };
    return keepBeating({ pulse, source, trust: undefined }, { job, host });
  }

  async function beatOnce(): Promise<void> {
    await pulse?.beat(to.call, (audience) => source.request(audience, to.call));
  }

  const beats = (): number => to.sent.filter(({ url }) => url.pathname === '/sessions/heartbeat').length;
  const revoked = (): number =>
    broker.world.auditLines().filter(({ message }) => message === 'lease revoked').length;

  test('keep a lease alive beyond its access token’s end, and it is dead two minutes after the last', async () => {
    const stop = await lendWithHeart();
    const beganMs = broker.world.clock.monotonicMs();
    await until(() => broker.world.clock.monotonicMs() - beganMs > 1500_000, 1);
    stop();
    await broker.tick();
    expect(beats()).toBeGreaterThanOrEqual(35);
    expect(revoked()).toBe(0);
    expect(said).toEqual([]);
    // Nor did any come with an access token that was over.
    expect(broker.world.auditLines().filter(({ status }) => status === 'failure')).toEqual([]);
    broker.world.clock.advance(120);
    // By the worker, which wakes as well.
    await until(() => revoked() === 1);
  });

  test('go on when the answer with a new access token was lost', async () => {
    const stop = await lendWithHeart();
    stop();
    broker.world.clock.skip(100);
    const beganMs = broker.world.clock.monotonicMs();
    while (broker.world.clock.monotonicMs() - beganMs < 750_000) {
      await beatOnce();
      broker.world.clock.skip(100);
    }
    to.fate = 'lose';
    await beatOnce();
    expect(to.sent.slice(-4).map(({ url }) => url.pathname)).toEqual([
      '/token',
      '/sessions/heartbeat',
      '/token',
      '/sessions/heartbeat',
    ]);
  });

  test('that are lost come again at once, are told once, and end nothing', async () => {
    const stop = await lendWithHeart(60);
    for (const count of [1, 3, 5]) {
      await until(() => beats() >= count);
      to.fate = 'lose';
      await until(() => beats() >= count + 1);
    }
    await until(() => beats() >= 10);
    stop();
    await broker.tick();
    expect(revoked()).toBe(0);
    expect(said).toEqual([
      expect.stringMatching(/^A heartbeat did not reach the broker; it is sent again\./),
    ]);
  });

  test('that come only after the loan has died are taken, and what they come too late for is told', async () => {
    const stop = await lendWithHeart();
    // The process was stopped, or the broker was away.
    broker.world.clock.skip(121);
    await until(() => beats() >= 2);
    stop();
    await broker.tick();
    expect(revoked()).toBe(1);
    expect(said).toEqual(['The broker heard no heartbeat for 2 min: what was borrowed has ended.']);
  });

  test('end when the broker takes none any more, and that is told', async () => {
    const stop = await lendWithHeart(120, 600);
    const form = to.sent.find(({ url }) => url.pathname === '/token')?.body ?? '';
    expect(new URLSearchParams(form).get('authorization_details')).toContain('"heartbeat":120');
    await until(() => beats() >= 1);
    await brokerReturn.giveBack(debt, [], { call: to.call, audience: publicUrl });
    await until(() => said.length > 0);
    stop();
    expect(said).toEqual([
      expect.stringMatching(
        /^Heartbeats reach the broker no more: what was borrowed ends within 2 min\. .* refused: /,
      ),
    ]);
  });
});

describe('C34: the option', () => {
  const withBroker = { provider: 'broker' };

  test('is two minutes for a broker, nothing elsewhere, and off when it says so', () => {
    expect(readHeartbeat(undefined, withBroker)).toEqual({ heartbeatSeconds: 120 });
    expect(readHeartbeat(undefined, { provider: 'aws' })).toEqual({});
    expect(readHeartbeat('0', withBroker)).toEqual({});
    expect(readHeartbeat('30s', withBroker)).toEqual({ heartbeatSeconds: 30 });
  });

  test.each(['9s', '2h', 'often', '-1'])('refuses %s', (text) => {
    expect(() => readHeartbeat(text, withBroker)).toThrow('must be a duration from `10s` to `1h`');
  });

  test('means nothing to others', () => {
    expect(() => readHeartbeat('1m', { provider: 'aws' })).toThrow('means nothing to `provider: aws`');
  });
});

describe('C34: exec', () => {
  let folder: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heart-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('killed with its command, has lent nothing any more when one heartbeat’s time has passed', async () => {
    const beaten: string[] = [];
    await using place = await startListeningBroker({ seen: (path) => beaten.push(path) });
    const { broker, url } = place;
    const { clock } = broker.world;
    const token = await broker.gitlab.mint({ audience: url, at: clock.now(), lifetimeSeconds: 3600 });
    const words = [
      'exec',
      '--broker-url',
      url,
      '--role',
      'app-ro',
      '--heartbeat',
      '10s',
      '--id-token',
      'env:T',
    ];
    child = spawn(
      process.execPath,
      [resolve('src/entry/cli.ts'), ...words, '--', 'sh', '-c', 'echo $$ > pid; exec sleep 60'],
      { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, T: token } },
    );
    const told: string[] = [];
    child.stderr?.on('data', (text: Buffer) => told.push(text.toString()));
    const gone = once(child, 'exit').then(() => told.push('gone'));
    const heartbeats = (): number => beaten.filter((path) => path === '/sessions/heartbeat').length;
    const revoked = (): number =>
      broker.world.auditLines().filter(({ message }) => message === 'lease revoked').length;

    // Without the first one it would have died here.
    await until(() => heartbeats() >= 1 || told.at(-1) === 'gone');
    expect(told.join('')).not.toContain('gone');
    clock.advance(6);
    await until(() => heartbeats() >= 2);
    clock.advance(6);
    await broker.tick();
    expect(revoked()).toBe(0);

    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
    child.kill('SIGKILL');
    await gone;
    expect(revoked()).toBe(0);
    clock.advance(10);
    // By the worker, which wakes as well.
    await until(() => revoked() === 1);
  });
});
