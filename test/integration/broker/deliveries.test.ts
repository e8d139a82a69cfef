import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { startListeningBroker } from '../../support/broker/listening-broker.ts';
import { startTestBroker } from '../../support/broker/test-broker.ts';
import { startWatchedBroker, type WatchedBroker } from '../../support/broker/watched-broker.ts';
import { Borrower } from '../../support/broker/borrower.ts';
import {
  githubHeaders,
  githubSecret,
  gitlabToken,
  jobHook,
  postGithub,
  postGitlab,
  workflowJob,
  type DeliveryOptions,
} from '../../support/broker/webhooks.ts';

const hooks = `webhooks:
  - { platform: github, secret: "env:GITHUB_HOOK", owners: ["123456"] }
  - { platform: gitlab, secret: "file:gitlab-hook", projects: ["20"] }
`;

let broker: WatchedBroker | undefined;

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
});

async function start(yaml = hooks): Promise<WatchedBroker> {
  broker = await startWatchedBroker({
    yaml: (text) => text + yaml,
    env: { GITHUB_HOOK: githubSecret },
    beforeStart: ({ disk }) => void disk.set('/etc/broker/gitlab-hook', `${gitlabToken}\n`),
  });
  return broker;
}

const malformed = { status: 400, body: { error: 'invalid_request' } };
const stranger = { status: 401, body: { error: 'invalid_client' } };

test.each<[string, DeliveryOptions, Record<string, unknown>]>([
  ['another secret', { secret: 'not a secret of ours' }, stranger],
  ['the content of another', { content: JSON.stringify(workflowJob({ id: 1 })) }, stranger],
  ['a content that was cut off', { content: JSON.stringify(workflowJob()).slice(0, -9) }, stranger],
  ['no signature', { headers: { 'x-hub-signature-256': undefined } }, malformed],
  ['SHA-1', { headers: { 'x-hub-signature-256': `sha1=${'a'.repeat(40)}` } }, malformed],
  [
    'two signatures',
    { headers: { 'x-hub-signature-256': `sha256=${'a'.repeat(64)}, sha256=${'b'.repeat(64)}` } },
    malformed,
  ],
  ['half a signature', { headers: { 'x-hub-signature-256': `sha256=${'a'.repeat(32)}` } }, malformed],
  ['no delivery', { headers: { 'x-github-delivery': undefined } }, malformed],
  ['two deliveries', { headers: { 'x-github-delivery': 'a, b' } }, malformed],
  ['no event', { headers: { 'x-github-event': undefined } }, malformed],
  ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, malformed],
])('a delivery of GitHub with %s is refused, and nothing is stored', async (_, options, expected) => {
  const it = await start();
  await it.expectRefused(() => postGithub(it, workflowJob(), options), expected);
  expect((await new Borrower(it).borrow()).status).toBe(200);
});

test.each<[string, unknown]>([
  ['a list', [workflowJob()]],
  ['no job', { ...workflowJob(), workflow_job: undefined }],
  ['no repository', { ...workflowJob(), repository: null }],
  ['an owner without an id', workflowJob({}, { owner: { login: 'octo-org' } })],
  ['an id as text', workflowJob({ run_id: '9876543210' })],
  ['an id beyond what numbers hold', workflowJob({ run_id: 2 ** 60 })],
  ['no attempt', workflowJob({ run_attempt: undefined })],
  ['an address of no check run', workflowJob({ check_run_url: 'https://api.github.com/x/../y' })],
])('an event of GitHub with %s is refused, and nothing is stored', async (_, event) => {
  const it = await start();
  await it.expectRefused(() => postGithub(it, event), malformed);
});

test.each<[string, unknown, DeliveryOptions, Record<string, unknown>]>([
  ['another token', jobHook(), { secret: `${gitlabToken}x` }, stranger],
  ['no token', jobHook(), { headers: { 'x-gitlab-token': undefined } }, stranger],
  ['two tokens', jobHook(), { headers: { 'x-gitlab-token': `${gitlabToken}, ${gitlabToken}` } }, malformed],
  ['two events', jobHook(), { headers: { 'x-gitlab-event': 'Job Hook, Job Hook' } }, malformed],
  ['no event', jobHook(), { headers: { 'x-gitlab-event': undefined } }, malformed],
  ['half a signature', jobHook(), { headers: { 'webhook-signature': 'v1,AAAA' } }, malformed],
  ['a member twice', jobHook(), { content: '{"build_id":1,"build_id":2}' }, malformed],
  ['no project', jobHook({ project_id: undefined }), {}, malformed],
  ['a job that is no number', jobHook({ build_id: -302 }), {}, malformed],
])('a delivery of GitLab with %s is refused, and nothing is stored', async (_, event, options, expected) => {
  const it = await start();
  await it.expectRefused(() => postGitlab(it, event, options), expected);
  expect((await new Borrower(it, { issuer: it.gitlab }).borrow()).status).toBe(200);
});

test('an event may be 256 KiB long; every other request keeps its limit', async () => {
  const it = await start();
  const padded = (length: number): Record<string, unknown> => {
    const event = workflowJob({ name: '' });
    return workflowJob({ name: 'x'.repeat(length - JSON.stringify(event).length) });
  };
  expect((await postGithub(it, padded(256 * 1024))).status).toBe(200);
  expect(await postGithub(it, padded(256 * 1024 + 1))).toMatchObject({ status: 413 });
  const long = { form: { x: 'x'.repeat(64 * 1024) } };
  expect(await new Borrower(it).borrow(long)).toMatchObject({
    status: 413,
    body: { error_description: 'the body is larger than 64 KiB' },
  });
});

test('without any hook there is nothing, and nobody’s event is even read', async () => {
  const it = await start('');
  const long = workflowJob({ name: 'x'.repeat(300 * 1024) });
  expect(await postGithub(it, long)).toMatchObject({ status: 404, body: { error: 'not_found' } });
});

test('without a hook for the platform there is nothing', async () => {
  const it = await start('webhooks: [ { platform: github, secret: "env:GITHUB_HOOK", owners: ["1"] } ]\n');
  expect(await postGitlab(it, jobHook())).toMatchObject({ status: 404, body: { error: 'not_found' } });
});

test('B29 who sends too much is heard only with the secret of a hook: a platform ends many jobs at once', async () => {
  const it = await startTestBroker({
    yaml: (text) => `${text}${hooks}limits: { requests_per_second: 1 }\n`,
    env: { GITHUB_HOOK: githubSecret },
    beforeStart: ({ disk }) => void disk.set('/etc/broker/gitlab-hook', gitlabToken),
  });
  const wrong = { secret: 'not a secret of ours' };
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) statuses.push((await postGithub(it, workflowJob(), wrong)).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  for (let id = 1; id <= 20; id++) expect((await postGithub(it, workflowJob({ id }))).status).toBe(200);
  expect((await postGithub(it, workflowJob(), wrong)).status).toBe(429);
  expect((await new Borrower(it).borrow({ request: { peer: '192.0.2.7' } })).status).toBe(429);
  await it.stop();
});

test('over a real connection: a header that comes twice, an event that never ends', async () => {
  await using server = await startListeningBroker({
    yaml: (text) => text + hooks,
    env: { GITHUB_HOOK: githubSecret },
    beforeStart: ({ disk }) => void disk.set('/etc/broker/gitlab-hook', gitlabToken),
  });
  const content = JSON.stringify(workflowJob());
  const url = `${server.url}/webhooks/github`;
  const send = async (headers: Record<string, string | string[]>): Promise<number | undefined> => {
    const sent = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
    });
    sent.end(content);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  const headers = githubHeaders(content);
  const signature = headers['x-hub-signature-256'] ?? '';
  expect(await send({ ...headers, 'x-hub-signature-256': [signature, signature] })).toBe(400);
  expect(await send({ ...headers, 'content-encoding': 'gzip' })).toBe(415);
  expect(await send({ ...headers, 'content-length': String(content.length) })).toBe(200);
  const endless = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  });
  endless.on('error', () => undefined);
  endless.write('x'.repeat(300 * 1024));
  const [refused] = (await once(endless, 'response')) as [IncomingMessage];
  expect(refused.statusCode).toBe(413);
  endless.destroy();
});

test('secrets stand in no log', async () => {
  const it = await start();
  await postGithub(it, workflowJob());
  await postGitlab(it, jobHook());
  await postGitlab(it, jobHook(), { secret: 'a guess of somebody' });
  const log = JSON.stringify(it.world.auditLines());
  for (const secret of [githubSecret, gitlabToken, 'a guess of somebody']) expect(log).not.toContain(secret);
});
