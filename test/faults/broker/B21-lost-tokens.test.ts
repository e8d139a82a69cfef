// A whole broker before the labelled fake of GitHub's API: what becomes of tokens that nobody receives.
import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { Borrower } from '../../support/broker/borrower.ts';
import { fakeGithub, type FakeGithub } from '../../support/broker/fake-github.ts';
import { brokerYaml, startTestBroker, type TestBroker } from '../../support/broker/test-broker.ts';

const role = `  deploy-prod:
    engine: github-app
    app: Iv23liABCDEFGHIJKLMN
    key: env:APP_KEY
    repositories: from-claims
    permissions: { contents: read }
    ttl: { default: 15m, max: 30m }`;

let broker: TestBroker | undefined;
afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(): Promise<{ running: TestBroker; github: FakeGithub }> {
  let now = (): Date => new Date(0);
  const github = fakeGithub({ now: () => now() });
  broker = await startTestBroker({
    yaml: () =>
      `${brokerYaml.replace(/ {2}deploy-prod: .*/, role)}sealing: { keys: [{ id: a, env: KEY }] }\n`,
    env: { APP_KEY: github.key, KEY: randomBytes(32).toString('base64') },
    sites: [github],
    beforeStart: ({ clock }) => {
      now = () => clock.now();
    },
  });
  return { running: broker, github };
}

const another = (n: number): { token: { claims: Record<string, string> } } => ({
  token: { claims: { run_id: String(n), check_run_id: String(n) } },
});
const said = ({ world }: TestBroker): string[] => world.auditLines().map(({ message }) => message);
const alarms = ({ world }: TestBroker, message: string): number =>
  world.auditLines().filter((line) => line.message.startsWith(message) && line.severity_id >= 4).length;
const impossible = 'a lease cannot be revoked: the backend’s answer was lost';

/** Time passes, and the broker works until it is so; the expectation after it tells. */
async function pass(running: TestBroker, seconds: number, isSo: () => boolean): Promise<void> {
  running.world.clock.skip(seconds);
  for (let round = 0; round < 300 && !isSo(); round++) {
    await running.tick();
    await new Promise(setImmediate);
  }
}

/** All that the broker wrote, wherever. */
const written = ({ world }: TestBroker): string =>
  JSON.stringify([[...world.disk], world.printed, world.logged]);

test('the token of an hour is dead at the lease’s end, and nobody but the job has read it', async () => {
  const { running, github } = await start();
  const answer = await new Borrower(running).borrow();
  expect(answer.status).toBe(200);
  const [token = ''] = github.tokens.keys();
  const [lease] = answer.body['authorization_details'] as Record<string, string>[];
  expect(lease).toMatchObject({ expires_at: '2026-11-20T12:15:00.000Z', revocability: 'immediate' });
  expect(lease?.['credential_expires_at']).toBe('2026-11-20T13:00:00.000Z');
  await pass(running, 901, () => said(running).includes('lease revoked'));
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
  for (const secret of [token, github.key, ...bearers(github)])
    expect(written(running)).not.toContain(secret);
});

function bearers({ asked }: FakeGithub): string[] {
  return asked.map(({ headers }) => headers['authorization']?.slice(7) ?? '');
}

test('B20: a token that may more than was asked for is revoked before the job is refused', async () => {
  const { running, github } = await start();
  github.tamper = (answer) => ({ ...answer, permissions: { contents: 'write', metadata: 'read' } });
  const answer = await new Borrower(running).borrow();
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({ error: 'temporarily_unavailable', reason: 'backend' });
  const [token = ''] = github.tokens.keys();
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
  expect(said(running)).toContain('lease revoked');
  const told = JSON.stringify(running.world.auditLines());
  expect(told).toContain('GitHub: the token is not what was asked for: it permits more than was asked for');
  expect(written(running)).not.toContain(token);
});

test('B20: it is revoked later when GitHub does not do so at once', async () => {
  const { running, github } = await start();
  github.tamper = (answer) => ({ ...answer, repository_selection: 'all' });
  github.fate = ({ method }) => (method === 'DELETE' ? { status: 500 } : undefined);
  expect((await new Borrower(running).borrow()).status).toBe(503);
  const [token = ''] = github.tokens.keys();
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(200);
  github.fate = () => undefined;
  await pass(running, 10, () => said(running).includes('lease revoked'));
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
});

test('B20: where GitHub has made nothing, nothing is revoked and nobody alarmed', async () => {
  const { running, github } = await start();
  github.installation.permissions = {};
  const job = new Borrower(running);
  expect((await job.borrow()).status).toBe(503);
  expect((await job.giveBack()).body['leases']).toEqual([]);
  await pass(running, 4000, () => false);
  expect(said(running).filter((message) => /^lease |revo/.test(message))).toEqual(['lease intent']);
  expect(github.answered.filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('B21: a token whose answer was lost is called neither revoked nor over until its hour has passed', async () => {
  const { running, github } = await start();
  github.fate = ({ method }) => (method === 'POST' ? 'lose' : undefined);
  const job = new Borrower(running);
  expect((await job.borrow()).status).toBe(503);
  const [token = ''] = github.tokens.keys();
  expect(alarms(running, impossible)).toBe(1);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoking' }]);
  github.fate = () => undefined;
  await pass(running, 3500, () => said(running).includes('lease revoked'));
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(200);
  expect(said(running)).not.toContain('lease revoked');
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoking' }]);
  await pass(running, 161, () => said(running).includes('lease failed'));
  expect(alarms(running, 'lease failed')).toBe(1);
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
});

test('B23: tokens whose answers were lost do not keep the broker from revoking others', async () => {
  const { running, github } = await start();
  github.fate = ({ method }) => (method === 'POST' ? 'lose' : undefined);
  for (let n = 1; n <= 6; n++) expect((await new Borrower(running).borrow(another(n))).status).toBe(503);
  expect(alarms(running, impossible)).toBe(6);
  expect(said(running)).not.toContain('a backend does not revoke: it is asked now and then until it does');
  github.fate = () => undefined;
  const job = new Borrower(running);
  expect((await job.borrow(another(7))).status).toBe(200);
  expect((await job.giveBack()).body['leases']).toMatchObject([{ state: 'revoked' }]);
});

test.each<[string, Record<string, unknown>]>([
  ['is what was asked for', {}],
  ['is more than was asked for', { repository_selection: 'all' }],
])('B21: a token that comes when nobody waits any more is revoked: one that %s', async (_, change) => {
  const { running, github } = await start();
  github.tamper = (told) => ({ ...told, ...change });
  const arriving = Promise.withResolvers<undefined>();
  const sent = Promise.withResolvers<undefined>();
  const answer = github.answer.bind(github);
  github.answer = async (request) => {
    const made = await answer(request);
    if (request.method === 'POST') {
      sent.resolve(undefined);
      await arriving.promise;
    }
    return made;
  };
  const asked = new Borrower(running).borrow();
  await sent.promise;
  running.world.clock.advance(16);
  expect((await asked).status).toBe(503);
  arriving.resolve(undefined);
  await pass(running, 1, () => said(running).includes('lease revoked'));
  const [token = ''] = github.tokens.keys();
  expect(await github.read(token, 'octo-org/octo-repo')).toBe(401);
});

test('B29: a job is told how long GitHub wants no request', async () => {
  const { running, github } = await start();
  github.fate = ({ method }) =>
    method === 'POST' ? { status: 429, headers: { 'retry-after': '120' } } : undefined;
  for (const n of [1, 2]) {
    const { status, headers } = await new Borrower(running).borrow(another(n));
    expect([status, headers.get('retry-after')]).toEqual([503, '120']);
  }
  expect(github.answered.filter((line) => line.startsWith('POST'))).toHaveLength(1);
});
