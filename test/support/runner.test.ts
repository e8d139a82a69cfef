import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startJob } from './runner.ts';
import { readAction } from './runner-action.ts';
import { processesWith } from './runner-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doors-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;
const append = "const add = (name, text) => require('node:fs').appendFileSync(process.env[name], text);\n";
function door(code: string): string {
  const path = join(folder, `door-${String(count++)}.cjs`);
  writeFileSync(path, append + code);
  return path;
}

test('a door sees its inputs, the run and nothing of the environment of the tests', async () => {
  process.env['OUTSIDE'] = 'x';
  await using job = startJob({ github: { ref: 'refs/tags/v1' } });
  const code =
    "console.log([process.env['INPUT_BROKER-URL'], process.env.GITHUB_REF_TYPE, process.env.OUTSIDE].join())";
  const main = await job.step(door(code), { inputs: { 'broker-url': 'https://b.example' } });
  expect(main.log).toContain('https://b.example,tag,\n');
  expect(main.conclusion).toBe('success');
});

test('a mask hides from the moment it is registered, on both streams and in the headers of later steps', async () => {
  await using job = startJob();
  const main = await job.step(
    door(`
      console.log('early s3cret-value');
      console.log('::add-mask::s3cret-value');
      console.log('late s3cret-value');
      add('GITHUB_ENV', 'TOKEN=s3cret-value\\n');
      add('GITHUB_STEP_SUMMARY', 'lent s3cret-value');
    `),
  );
  expect(main.log).toContain('early s3cret-value');
  expect(main.log).toContain('late ***');
  expect(main.summary).toBe('lent ***');
  const later = await job.run('echo "have $TOKEN" >&2');
  expect(later.log).toContain('TOKEN: ***');
  expect(later.log).toContain('have ***');
  expect(later.rawLog).toBe('have s3cret-value\n');
});

test('a mask is unescaped and hides each line of its value', async () => {
  await using job = startJob();
  const main = await job.step(
    door(
      "console.log('::add-mask::first-line%0A  second-line%25'); console.log('a first-line b second-line% c')",
    ),
  );
  expect(main.log).toContain('a *** b *** c');
});

test('commands stop between stop-commands and its token', async () => {
  await using job = startJob();
  const lines = [
    '::stop-commands::Tok',
    '::add-mask::visible-1',
    '::tok::',
    '::add-mask::hidden-1',
    'visible-1 hidden-1',
  ];
  const main = await job.step(door(`console.log(${JSON.stringify(lines.join('\n'))})`));
  expect(main.log).toContain('visible-1 ***');
});

test('state reaches post, also from a main that failed, and outputs keep their line breaks', async () => {
  await using job = startJob();
  const main = await job.step(
    door(
      "add('GITHUB_STATE', 'handle<<E\\nh1\\nE\\n'); add('GITHUB_OUTPUT', 'out<<X\\na\\nb\\nX\\n'); process.exitCode = 3",
    ),
  );
  expect(main).toMatchObject({
    conclusion: 'failure',
    exitCode: 3,
    state: { handle: 'h1' },
    outputs: { out: 'a\nb' },
  });
  const post = await job.post(door('console.log(process.env.STATE_handle)'), main);
  expect(post.rawLog).toBe('h1\n');
});

test.each([
  ['a missing delimiter', 'A<<END\nx\n', 'Matching delimiter not found'],
  ['a line without a name', '=x\n', 'Name must not be empty'],
  ['a line that is no pair', 'nothing\n', 'Invalid format'],
])('%s in a command file fails the step', async (_, text, message) => {
  await using job = startJob();
  const main = await job.step(door(`add('GITHUB_ENV', ${JSON.stringify(text)})`));
  expect(main.conclusion).toBe('failure');
  expect(main.log).toContain(message);
});

test('NODE_OPTIONS cannot be set, and the old commands for variables are refused', async () => {
  await using job = startJob();
  const main = await job.step(
    door("add('GITHUB_ENV', 'NODE_OPTIONS=--no\\n'); console.log('::set-env name=A::b')"),
  );
  expect(main.conclusion).toBe('failure');
  expect([...job.env]).toEqual([]);
});

test('a job output that contains a masked value is dropped', async () => {
  await using job = startJob();
  await job.step(door("console.log('::add-mask::s3cret-value')"));
  expect(job.outputs({ good: 'plain', bad: 'x s3cret-value' })).toEqual({ good: 'plain' });
});

test('cancelling asks with SIGINT, then SIGTERM, then kills', async () => {
  await using job = startJob({ cancelMs: [50, 50] });
  const code = `
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => console.log(name));
    setInterval(() => {}, 1000); console.log('ready');`;
  const step = job.start(door(code));
  while (!step.rawLog().includes('ready')) await new Promise((resolve) => setTimeout(resolve, 5));
  const main = await step.cancel();
  expect(main).toMatchObject({
    conclusion: 'cancelled',
    signal: 'SIGKILL',
    rawLog: 'ready\nSIGINT\nSIGTERM\n',
  });
});

test('the ID token request variables are there only when the job may ask, and the token is masked', async () => {
  const code = door('console.log(String(process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN))');
  await using without = startJob();
  expect((await without.step(code)).rawLog).toBe('undefined\n');
  await using job = startJob({ idToken: { url: 'http://127.0.0.1:1/', token: 'request-token' } });
  const main = await job.step(code);
  expect(main.rawLog).toBe('request-token\n');
  expect(main.log).toContain('***');
});

test('an action.yml gives its doors and the defaults of its inputs, and knows its inputs', () => {
  const path = join(folder, 'action.yml');
  writeFileSync(
    path,
    'inputs: { ttl: { default: 15m }, role: { required: true } }\nruns: { using: node24, main: m.cjs, post: p.cjs }\n',
  );
  const action = readAction(path);
  expect(action).toMatchObject({ main: join(folder, 'm.cjs'), post: join(folder, 'p.cjs') });
  expect(action.inputs({ role: 'a' })).toEqual({ ttl: '15m', role: 'a' });
  expect(() => action.inputs({ rolle: 'a' })).toThrow('Unexpected input(s): rolle');
});

test('the end of a job removes its files, and tells of a process that was left behind', async () => {
  const job = startJob();
  // No program of its own: while one begins, nobody can see whose it is.
  await job.run('mkfifo "$RUNNER_TEMP/pipe"; (read line <>"$RUNNER_TEMP/pipe") >/dev/null 2>&1 &');
  await expect(job.end()).rejects.toThrow('left 1 process(es) behind');
  expect(existsSync(job.temp)).toBe(false);
  expect(processesWith(job.temp)).toEqual([]);
});
