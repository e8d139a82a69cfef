import { describe, expect, test } from '@jest/globals';
import { startDeadline } from '../../../src/domain/deadline.ts';
import { CredsError, type ErrorCode } from '../../../src/domain/errors.ts';
import { TransportError, type TransportFault } from '../../../src/domain/host.ts';
import { asksToRetry, exchange, retryAfterSeconds, retrying, type Call } from '../../../src/protocol/http.ts';
import { clientWorld, jsonAnswer, type ClientWorld, type WorldOptions } from '../../support/client/world.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const request = {
  method: 'GET' as const,
  url: new URL('https://b.example/x?token=hunter2'),
  headers: {},
  maxBytes: 9,
};

function callIn(world: ClientWorld, seconds = 90): Call {
  return {
    host: world.host,
    deadline: startDeadline(world.clock, seconds),
    onRetry: (text) => world.journal.push(text),
  };
}

/** What becomes of a request that meets this server. */
async function failing(options: WorldOptions): Promise<CredsError> {
  using world = clientWorld(options);
  return (await failureOf(() => exchange(callIn(world), request))) as CredsError;
}

/** Every fault of the wire: what we call it, and whether the same may be tried again. */
const faults: Readonly<Record<TransportFault, readonly [ErrorCode, boolean]>> = {
  refused: ['unreachable', true],
  reset: ['unreachable', true],
  'dns-temporary': ['unreachable', true],
  dns: ['unreachable', false],
  timeout: ['timed-out', true],
  truncated: ['unreachable', true],
  tls: ['tls-refused', false],
  certificate: ['tls-untrusted', false],
  proxy: ['proxy-refused', false],
  'too-large': ['answer-invalid', false],
  encoding: ['answer-invalid', false],
  garbled: ['answer-invalid', false],
  aborted: ['interrupted', false],
};

describe('a fault of the wire', () => {
  test.each(Object.entries(faults))('%s is %j', async (fault, [code, again]) => {
    const server = (): never => {
      throw new TransportError(fault as TransportFault, {
        cause: new Error('connect ECONNREFUSED 10.0.0.1'),
      });
    };
    const error = await failing({ server });
    expect(error).toMatchObject({ code, retryAfterSeconds: again ? 0 : undefined });
    expect(error.message).toContain('b.example');
    expect(error.message).not.toMatch(/hunter2|10\.0\.0\.1/);
  });

  test('that nobody foresaw is a defect, and its words are not ours', async () => {
    const server = (): never => {
      throw new TypeError('hunter2 is not a function');
    };
    const error = await failing({ server });
    expect(error).toMatchObject({ code: 'internal', message: 'A request failed.' });
  });
});

test.each([301, 302, 303, 307, 308, 300])('C08 a redirect (%i) is an error', async (status) => {
  const error = await failing({
    server: () => ({ status, headers: { location: 'https://evil.example' }, body: Buffer.from('') }),
  });
  expect(error).toMatchObject({ code: 'redirect-refused', retryAfterSeconds: undefined });
  expect(everythingIn(error)).not.toContain('evil');
});

test('a process that was asked to stop sends nothing more, and says which signal it was', async () => {
  const stop = new AbortController();
  stop.abort(new CredsError('terminated', 'The job was cancelled (SIGTERM).'));
  const error = await failing({ signal: stop.signal, server: () => jsonAnswer({}) });
  expect(error).toMatchObject({ code: 'terminated', exit: 143 });
});

test('a process that is asked to stop while it waits, stops', async () => {
  const stop = new AbortController();
  const server = (): Promise<never> => {
    stop.abort(new CredsError('interrupted', 'The job was cancelled (SIGINT).'));
    return new Promise(() => undefined);
  };
  expect(await failing({ signal: stop.signal, server })).toMatchObject({ code: 'interrupted', exit: 130 });
});

describe('retrying', () => {
  const again = (seconds: number): CredsError =>
    new CredsError('busy', 'Come back.', { retryAfterSeconds: seconds });

  async function run(
    world: ClientWorld,
    seconds: number,
    errors: readonly Error[],
  ): Promise<{ tried: number; outcome: unknown }> {
    let tried = 0;
    const outcome = await retrying(callIn(world, seconds), () => {
      const error = errors[tried++];
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    }).catch((error: unknown) => error);
    return { tried, outcome };
  }

  test('goes on until it is done, and says each time what happened', async () => {
    using world = clientWorld();
    expect(await run(world, 90, [again(0), again(2)])).toEqual({ tried: 3, outcome: 'done' });
    expect(world.journal).toEqual([
      expect.stringMatching(/^Come back\. Trying again now \(attempt 2 of 6\)\.$/),
      'Come back. Trying again in 2 s (attempt 3 of 6).',
    ]);
  });

  test('ends after six attempts, and its last error cannot start another round', async () => {
    using world = clientWorld();
    const { tried, outcome } = await run(
      world,
      9000,
      Array.from({ length: 9 }, () => again(1)),
    );
    expect(tried).toBe(6);
    expect(outcome).toMatchObject({ code: 'busy', retryAfterSeconds: undefined });
  });

  test('waits as long as the server asks, but never past the deadline', async () => {
    using world = clientWorld();
    const start = world.clock.monotonicMs();
    await run(world, 90, [again(30)]);
    expect(world.clock.monotonicMs() - start).toBeGreaterThanOrEqual(30_000);
    expect(await run(world, 20, [again(20)])).toMatchObject({ tried: 1 });
  });

  test('does not touch what is final or foreign', async () => {
    using world = clientWorld();
    expect(await run(world, 90, [new CredsError('policy-denied', 'No.')])).toMatchObject({
      tried: 1,
      outcome: { code: 'policy-denied' },
    });
    expect(await run(world, 90, [new TypeError('x')])).toMatchObject({ tried: 1 });
  });

  test('ends at once when the process is asked to stop during a pause', async () => {
    const stop = new AbortController();
    using world = clientWorld({ signal: stop.signal });
    const call = {
      ...callIn(world),
      onRetry: () => {
        stop.abort(new CredsError('interrupted', 'The job was cancelled (SIGINT).'));
      },
    };
    const start = world.clock.monotonicMs();
    expect(await failureOf(() => retrying(call, () => Promise.reject(again(60))))).toMatchObject({
      code: 'interrupted',
    });
    expect(world.clock.monotonicMs() - start).toBeLessThan(1000);
  });
});

describe('C03 Retry-After', () => {
  const now = new Date('2026-11-20T16:00:00Z');
  test.each<readonly [string | undefined, number]>([
    [undefined, 0],
    ['', 0],
    ['7', 7],
    [' 7 ', 7],
    ['-7', 0],
    ['7.5', 0],
    ['1e3', 0],
    ['soon', 0],
    ['Fri, 20 Nov 2026 16:00:30 GMT', 30],
    ['Fri, 20 Nov 2026 15:59:30 GMT', 0],
  ])('%j asks for %d seconds', (value, seconds) => {
    expect(
      retryAfterSeconds(jsonAnswer({}, 503, value === undefined ? {} : { 'retry-after': value }), now),
    ).toBe(seconds);
  });

  test('as a date counts from the server’s own clock', () => {
    const headers = { 'retry-after': 'Fri, 20 Nov 2026 18:00:30 GMT', date: 'Fri, 20 Nov 2026 18:00:00 GMT' };
    expect(retryAfterSeconds(jsonAnswer({}, 503, headers), now)).toBe(30);
  });

  test('is looked for only where a status asks to come back', () => {
    expect([408, 425, 429, 500, 502, 503, 504, 520, 599].every(asksToRetry)).toBe(true);
    expect([200, 400, 401, 403, 404, 409, 410, 413, 501, 505].some(asksToRetry)).toBe(false);
  });
});
