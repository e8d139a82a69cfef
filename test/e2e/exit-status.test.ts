import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { hostileText, json } from '../support/faults.ts';
import { byPath, startFaultyServer, type FaultyServer } from '../support/faulty-server.ts';
import { readAction } from '../support/runner-action.ts';
import { startJob } from '../support/runner.ts';
import type { StepResult } from '../support/runner-step.ts';
import { closedPort } from '../support/socket-server.ts';

const action = readAction('action.yml');
const post = action.post ?? '';
let place: Place;
beforeAll(async () => {
  place = await startPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

const inputs = (more: Record<string, string> = {}): Record<string, string> =>
  action.inputs({ 'broker-url': place.url, role: 'deploy', ...more });
const dependabot = { actor: 'dependabot[bot]', eventName: 'pull_request' };
const fork = {
  eventName: 'pull_request',
  event: {
    pull_request: {
      head: { repo: { full_name: 'stranger/x' } },
      base: { repo: { full_name: 'octo-org/x' } },
    },
  },
};

describe('64: what the workflow says cannot work', () => {
  test.each<readonly [string, Record<string, string>, string]>([
    ['a URL that is not https', { 'broker-url': 'http://broker.example.com' }, '`broker-url`'],
    ['no role', { role: '' }, '`role`'],
    ['a ttl that is none', { ttl: 'hunter2-soon' }, '`ttl`'],
    ['a provider that nobody knows', { provider: 'hunter2' }, '`provider`'],
    ['parameters that are no YAML', { params: 'a: [hunter2' }, '`params`'],
  ])('%s', async (_, more, named) => {
    await using job = place.job();
    const before = place.issuer.requests.length;
    const main = await job.step(action.main, { inputs: inputs(more) });
    expect(main.exitCode).toBe(64);
    const [annotation] = main.annotations;
    expect(annotation?.message).toContain(named);
    expect(annotation?.message).toContain('[input-invalid]');
    expect(annotation?.message).not.toContain('hunter2');
    expect(main.summary).toContain('### Nothing was ');
    expect(place.issuer.requests).toHaveLength(before);
    expect(leftOvers(job)).toEqual([]);
  });

  test('a job without `id-token: write` is told so', async () => {
    await using job = startJob();
    const main = await job.step(action.main, { inputs: inputs() });
    expect(main.exitCode).toBe(64);
    expect(main.log).toContain('permissions: { id-token: write }');
    expect((await job.post(post, main)).rawLog).toBe('');
  });

  test.each([
    ['Dependabot', dependabot, 'started by Dependabot'],
    ['a fork', fork, 'a pull request from a fork'],
  ])('a run of %s is told that it gets no ID token', async (_, github, words) => {
    await using job = startJob({ github });
    const main = await job.step(action.main, { inputs: inputs() });
    expect(main.exitCode).toBe(64);
    expect(main.log).toContain(words);
    expect(main.log).toContain('[id-token-untrusted-event]');
  });
});

describe('65: the identity is refused', () => {
  test('by the platform', async () => {
    await using job = startJob({ idToken: { url: place.issuer.requestUrl, token: 'wrong-request-token' } });
    const main = await job.step(action.main, { inputs: inputs() });
    expect(main.exitCode).toBe(65);
    expect(main.log).toContain('[id-token-refused]');
  });

  test('by the broker, for another audience', async () => {
    await using job = place.job();
    const main = await job.step(action.main, { inputs: inputs({ audience: 'https://other.example.com' }) });
    expect(main.exitCode).toBe(65);
    expect(main.log).toMatch(/\[audience-mismatch\]|\[identity-refused\]/);
    assertHidden(main, []);
  });
});

test('66: policy says no, with what the platform team needs to know', async () => {
  await using job = place.job({ claims: { ref: 'refs/heads/feature' } });
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(66);
  expect(main.log).toContain('ref=refs/heads/feature');
  expect(main.log).toMatch(/\(denied\)\. Request id: req_[\w-]+\./);
  expect(main.summary).toMatch(/Request id: req/);
  assertHidden(main, []);
});

test('69: nobody answers', async () => {
  await using job = place.job();
  const url = `http://127.0.0.1:${String(await closedPort())}`;
  const main = await job.step(action.main, { inputs: inputs({ 'broker-url': url, timeout: '1s' }) });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('[unreachable]');
  expect(job.env.size).toBe(0);
});

describe('when what was lent cannot be given back', () => {
  /** A broker that lends through the real one and then will not take back. */
  function stubborn(): Promise<FaultyServer> {
    return startFaultyServer(
      byPath({
        '/revoke': json({ error: 'invalid_request', error_description: hostileText }, { status: 400 }),
      }),
    );
  }
  const elsewhere = (main: StepResult, url: string): StepResult => {
    const ledger = (main.state['ledger'] ?? '').replaceAll(`"url":"${place.url}"`, `"url":"${url}"`);
    return { ...main, state: { ledger } };
  };

  test('the job goes on by default, and a warning says what lives on', async () => {
    await using job = place.job();
    await using server = await stubborn();
    const main = await job.step(action.main, { inputs: inputs() });
    const end = await job.post(post, elsewhere(main, server.url));
    expect(end.exitCode).toBe(0);
    expect(end.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(end.annotations[0]?.message).toMatch(
      /deploy \(lease lse_\w+, immediate\) could not be given back and lives until \d{4}-/,
    );
    expect(end.log).not.toMatch(/add-path|evil/);
    expect(end.summary).toContain('NOT given back');
  });

  test('`fail-on-revoke-error` fails the job with 1', async () => {
    await using job = place.job();
    await using server = await stubborn();
    const main = await job.step(action.main, { inputs: inputs({ 'fail-on-revoke-error': 'true' }) });
    const end = await job.post(post, elsewhere(main, server.url));
    expect(end).toMatchObject({ exitCode: 1, conclusion: 'failure' });
    expect(end.log).toContain('[revoke-failed]');
  });
});
