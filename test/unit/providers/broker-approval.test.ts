import { describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { acquire } from '../../../src/commands/acquire.ts';
import { configFromAction } from '../../../src/config/action.ts';
import { CredsError } from '../../../src/domain/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import { brokerUrl } from '../../support/client/entries.ts';
import { makeStage, type Stage } from '../../support/client/stage.ts';
import { clientWorld, jsonAnswer } from '../../support/client/world.ts';
import { hostileText } from '../../support/faults.ts';

const place = `${brokerUrl}/approvals/txn_0123456789abcdef01234567`;

const pending = (more: Record<string, unknown> = {}): HttpAnswer =>
  jsonAnswer(
    {
      error: 'authorization_pending',
      transaction_id: 'txn_0123456789abcdef01234567',
      interval: 5,
      expires_in: 900,
      request_id: 'req_1',
      ...more,
    },
    400,
  );
const refused = (reason: string): HttpAnswer => jsonAnswer({ error: 'access_denied', reason }, 403);

type Poll = HttpAnswer | 'lent' | 'lost' | 'away' | 'cancelled';

interface Played {
  readonly stage: Stage;
  readonly error: unknown;
  readonly printed: string;
  readonly env: Record<string, string>;
  /** Requests at /credentials/deferred, and when they came, in seconds from the first request. */
  readonly polls: readonly { readonly request: HttpRequest; readonly at: number }[];
  readonly paths: readonly string[];
}

/** A main whose exchange has to be approved, before a broker that answers its questions so; the last stays. */
async function play(
  polls: readonly Poll[],
  inputs: Record<string, string>,
  first = pending(),
): Promise<Played> {
  const stage = await makeStage();
  const seen: Played['polls'][number][] = [];
  const paths: string[] = [];
  const stop = new AbortController();
  let asked: HttpRequest | undefined;
  let start = 0;
  const poll = async (request: HttpRequest): Promise<HttpAnswer | undefined> => {
    const answer = polls[Math.min(seen.length, polls.length - 1)];
    seen.push({ request, at: world.clock.monotonicMs() / 1000 - start });
    if (answer === 'cancelled') stop.abort(new CredsError('interrupted', 'The job was cancelled.'));
    if (answer === 'away' || answer === 'cancelled') return undefined;
    if (typeof answer === 'object') return answer;
    const lent = await stage.server({
      ...request,
      url: new URL(`${brokerUrl}/token`),
      body: asked?.body ?? '',
    });
    return answer === 'lost' ? jsonAnswer('', 502) : lent;
  };
  using world = clientWorld({
    env: stage.env(inputs),
    signal: stop.signal,
    server: (request) => {
      const { origin, pathname } = request.url;
      if (origin === brokerUrl) paths.push(pathname);
      if (pathname === '/credentials/deferred') return poll(request);
      if (pathname !== '/token') return stage.server(request);
      asked = request;
      start = world.clock.monotonicMs() / 1000;
      return first;
    },
  });
  const error = await acquire(await configFromAction(world.host), world).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const env = world.told('GITHUB_ENV');
  return { stage, error, printed: world.printed(), env, polls: seen, paths };
}

describe('an approval that the step waits for', () => {
  test('is asked after at the broker’s interval, by the same key, until it has come; then all is as ever', async () => {
    const { polls, env, stage, printed, error } = await play([pending(), pending(), 'lent'], {
      'approval-timeout': '10m',
    });
    expect(error).toBeUndefined();
    expect(polls.map(({ at }) => at)).toEqual([5, 10, 15]);
    expect(Object.keys(env)).toEqual(['EPHEMERAL_TOKEN']);
    expect(stage.lent.size).toBe(1);
    const lines = printed.split('\n').filter((line) => line.includes('/approvals/'));
    expect(lines).toEqual([`Waiting until 16:10 UTC for the approval at ${place}`]);
  });

  test('is asked after in JSON, with a proof for that body each time', async () => {
    const { polls } = await play([pending(), 'lent'], { 'approval-timeout': '10m' });
    const proofs = polls.map(({ request }) => request.headers['dpop'] ?? '');
    for (const { request } of polls) {
      expect(request.url.href).toBe(`${brokerUrl}/credentials/deferred`);
      expect(request.headers['content-type']).toBe('application/json');
      expect(JSON.parse(request.body ?? '')).toEqual({ transaction_id: 'txn_0123456789abcdef01234567' });
    }
    const claims = proofs.map((proof) => decodeJwt(proof));
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);
    expect(claims[0]).toMatchObject({ htu: `${brokerUrl}/credentials/deferred`, bh: claims[1]?.['bh'] });
    const [one, two] = proofs.map((proof) => decodeProtectedHeader(proof).jwk);
    expect(one).toEqual(two);
  });

  test('may take longer than the step’s own `timeout`', async () => {
    const waits = Array.from({ length: 100 }, () => pending());
    const { error, polls } = await play([...waits, 'lent'], { timeout: '30s', 'approval-timeout': '15m' });
    expect(error).toBeUndefined();
    expect(polls.at(-1)?.at).toBe(505);
  });

  test('is told of rarely while it does not come', async () => {
    const { printed } = await play([...Array.from({ length: 100 }, () => pending()), 'lent'], {
      'approval-timeout': '15m',
    });
    const told = printed.split('\n').filter((line) => line.startsWith('Still waiting'));
    expect(told).toEqual([
      `Still waiting, 14 min at most, for the approval at ${place}`,
      `Still waiting, 13 min at most, for the approval at ${place}`,
      `Still waiting, 11 min at most, for the approval at ${place}`,
      `Still waiting, 7 min at most, for the approval at ${place}`,
    ]);
  });

  test.each([
    [undefined, 5],
    [0, 1],
    [-3, 1],
    [90, 60],
    [2.5, 5],
    ['7', 5],
  ])('an interval of %j is taken as %i s', async (interval, seconds) => {
    const { polls } = await play(['lent'], { 'approval-timeout': '10m' }, pending({ interval }));
    expect(polls.map(({ at }) => at)).toEqual([seconds]);
  });

  test('a broker that is away or busy meanwhile is asked again, as it says', async () => {
    const busy = jsonAnswer({ error: 'rate_limited' }, 429, { 'retry-after': '20' });
    const { error, polls } = await play(['away', busy, 'lent'], { 'approval-timeout': '10m' });
    expect(error).toBeUndefined();
    expect(polls.map(({ at }) => at)).toEqual([5, 10, 30]);
  });

  test('an answer that was lost after it was approved is asked for again: one lives, and it is delivered', async () => {
    const { error, env, stage } = await play(['lost', 'lent'], { 'approval-timeout': '10m' });
    expect(error).toBeUndefined();
    expect(stage.alive.size).toBe(1);
    expect(Object.keys(env)).toEqual(['EPHEMERAL_TOKEN']);
  });
});

describe('an approval that does not come', () => {
  test('in the time that the workflow gives it: the request is taken back', async () => {
    const { error, polls, paths } = await play([pending()], { 'approval-timeout': '12s' });
    expect(error).toMatchObject({ code: 'approval-pending', exit: 75, requestId: 'req_1' });
    expect(String(error)).toContain(`Nobody approved ${place} within 12 s.`);
    expect(polls.map(({ at }) => at)).toEqual([5, 10]);
    expect(paths).toEqual(['/token', '/credentials/deferred', '/credentials/deferred', '/revoke']);
  });

  test('in the time that the broker gives it: it has the last word', async () => {
    const first = pending({ expires_in: 7 });
    const { error, polls } = await play(
      [pending(), refused('approval-expired')],
      { 'approval-timeout': '1h' },
      first,
    );
    expect(error).toMatchObject({ code: 'policy-denied' });
    expect(String(error)).toContain('nobody approved in time (approval-expired)');
    expect(polls.map(({ at }) => at)).toEqual([5, 10]);
  });

  test('and no word from the broker either: waiting ends a little after its own time', async () => {
    const { error, polls } = await play(
      [pending()],
      { 'approval-timeout': '1h' },
      pending({ expires_in: 7 }),
    );
    expect(error).toMatchObject({ code: 'approval-pending' });
    expect(polls.map(({ at }) => at)).toEqual([5, 10, 15]);
  });

  test('but a no: nothing was issued, and nothing has to be given back', async () => {
    const { error, paths } = await play([pending(), refused('approval-rejected')], {
      'approval-timeout': '10m',
    });
    expect(error).toMatchObject({ code: 'policy-denied', exit: 66 });
    expect(String(error)).toContain('the approval was refused (approval-rejected)');
    expect(paths.at(-1)).toBe('/credentials/deferred');
  });

  test('and a no after an answer that was lost: what that may have brought is given back', async () => {
    const { error, stage, paths } = await play(['lost', refused('denied')], { 'approval-timeout': '10m' });
    expect(error).toMatchObject({ code: 'policy-denied' });
    expect(stage.alive.size).toBe(0);
    expect(paths.at(-1)).toBe('/revoke');
  });

  test('before the job is cancelled: the request is taken back by its handle', async () => {
    const { error, paths } = await play([pending(), 'cancelled'], { 'approval-timeout': '10m' });
    expect(error).toMatchObject({ code: 'interrupted', exit: 130 });
    expect(paths.at(-1)).toBe('/revoke');
  });
});

describe('with `approval-timeout: 0`', () => {
  test('the step fails at once and says where it is to be approved', async () => {
    const { error, polls, paths } = await play([pending()], {});
    expect(error).toMatchObject({ code: 'approval-pending', exit: 75, requestId: 'req_1' });
    expect(String(error)).toContain(`(${place})`);
    expect(polls).toEqual([]);
    expect(paths).toEqual(['/token']);
  });
});

test.each([undefined, 7, '', '../../admin', 'a b', hostileText, 'x'.repeat(65)])(
  'a transaction that nothing can be asked about is waited for by nobody, and is not printed: %j',
  async (transaction_id) => {
    const { error, polls, printed } = await play(
      [pending()],
      { 'approval-timeout': '1m' },
      pending({ transaction_id }),
    );
    expect(error).toMatchObject({ code: 'approval-pending' });
    expect(polls).toEqual([]);
    expect(printed + String(error)).not.toMatch(/approvals|admin|add-path/);
  },
);
