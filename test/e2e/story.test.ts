import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertHidden, handleOf, leftOvers } from '../support/client/assert-hidden.ts';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { readAction } from '../support/runner-action.ts';
import type { Job } from '../support/runner.ts';
import type { StepResult } from '../support/runner-step.ts';

const action = readAction('action.yml');
const early = readAction('revoke/action.yml');
const post = action.post ?? '';
let place: Place;
beforeAll(async () => {
  place = await startPlace();
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

const inputs = (more: Record<string, string> = {}): { inputs: Record<string, string> } => ({
  inputs: action.inputs({ 'broker-url': place.url, role: 'deploy', ...more }),
});
const borrow = (job: Job, more?: Record<string, string>): Promise<StepResult> =>
  job.step(action.main, inputs(more));
const says = (step: StepResult, text: string): void => {
  expect(step.log).toContain(text);
};

test('a job borrows, every later step reads it masked, and the end gives it back', async () => {
  await using job = place.job({ debug: true });
  const main = await borrow(job);
  expect(main).toMatchObject({ conclusion: 'success', exitCode: 0 });
  const token = job.env.get('EPHEMERAL_TOKEN') ?? '';
  expect(token.split('.')).toHaveLength(3);
  const used = await job.run('echo "token $EPHEMERAL_TOKEN"; printf %s "$EPHEMERAL_TOKEN" | base64 -w0');
  const end = await job.post(post, main);
  expect(end).toMatchObject({ conclusion: 'success', exitCode: 0 });
  says(end, 'given back (revoked)');
  for (const step of [main, end]) assertHidden(step, [token, ...token.split('.'), handleOf(main)]);
  expect(used.log).not.toContain(token);
  expect(used.log).not.toContain(Buffer.from(token).toString('base64').slice(0, 60));
  expect(main.summary).toContain('Borrowed credentials');
  expect(end.summary).toContain('given back');
});

test('nothing of a credential lies in the state, in the checkout or, after post, under the temporary folder', async () => {
  await using job = place.job();
  const main = await borrow(job, { role: 'deploy\nDB=app-ro', export: 'env\noutputs' });
  const state = JSON.stringify(main.state);
  for (const token of Object.values(main.env))
    for (const part of token.split('.')) expect(state).not.toContain(part);
  const files = leftOvers(job);
  expect(files).toHaveLength(1);
  expect(statSync(files[0] ?? '').mode & 0o777).toBe(0o600);
  for (const token of Object.values(main.env))
    expect(readFileSync(files[0] ?? '', 'utf8')).not.toContain(token);
  await job.post(post, main);
  expect(leftOvers(job)).toEqual([]);
});

test('`export: outputs` hands the credential to the step that is given it, and to no other', async () => {
  await using job = place.job();
  const main = await borrow(job, { export: 'outputs' });
  expect(job.env.size).toBe(0);
  const { token = '', credentials = '', 'lease-ids': ids = '', 'expires-at': end = '' } = main.outputs;
  expect(JSON.parse(credentials)).toEqual({ deploy: { token } });
  expect(JSON.parse(ids)).toEqual([expect.stringMatching(/^lse_/)]);
  expect(Date.parse(end) - Date.now()).toBeGreaterThan(800_000);
  expect(main.outputs['session-id']).toMatch(/^ses_/);
  assertHidden(main, [token, handleOf(main)]);
  const used = await job.run('echo "given $TOKEN"', { env: { TOKEN: token } });
  says(used, 'given ***');
  expect(job.outputs({ token, plain: 'x' })).toEqual({ plain: 'x' });
  await job.post(post, main);
});

test('two instances in one job keep their things apart', async () => {
  await using job = place.job();
  const first = await borrow(job, { role: 'A=deploy' });
  const second = await borrow(job, { role: 'B=app-ro' });
  expect([...job.env.keys()]).toEqual(['A_EPHEMERAL_TOKEN', 'B_EPHEMERAL_TOKEN']);
  const [later, earlier] = [await job.post(post, second), await job.post(post, first)];
  expect([later.exitCode, earlier.exitCode]).toEqual([0, 0]);
  says(later, 'app-ro (lease');
  says(earlier, 'deploy (lease');
  expect(later.log).not.toContain('deploy (lease');
  expect(leftOvers(job)).toEqual([]);
});

describe('giving back in the middle of the job', () => {
  test('blanks the variables of later steps and leaves post nothing to complain about', async () => {
    await using job = place.job();
    const main = await borrow(job, { role: 'A=deploy\nB=app-ro' });
    const token = job.env.get('A_EPHEMERAL_TOKEN') ?? '';
    const now = await job.step(early.main, { inputs: early.inputs({}) });
    expect(now).toMatchObject({ conclusion: 'success', exitCode: 0 });
    expect(Object.fromEntries(job.env)).toEqual({ A_EPHEMERAL_TOKEN: '', B_EPHEMERAL_TOKEN: '' });
    expect(now.log.match(/given back \(revoked\)/g)).toHaveLength(2);
    assertHidden(now, [token, handleOf(main)]);
    expect(leftOvers(job)).toEqual([]);
    const end = await job.post(post, main);
    expect(end.exitCode).toBe(0);
    expect(end.annotations).toEqual([]);
  });

  test('takes the leases by the output that names them; a lease of nobody is refused', async () => {
    await using job = place.job();
    const first = await borrow(job, { role: 'A=deploy' });
    const second = await borrow(job, { role: 'B=app-ro' });
    const wrong = await job.step(early.main, { inputs: early.inputs({ 'lease-ids': 'lse_nobody' }) });
    expect(wrong.exitCode).toBe(64);
    const empty = await job.step(early.main, { inputs: early.inputs({ 'lease-ids': '' }) });
    expect(empty.exitCode).toBe(64);
    says(empty, 'names no lease');
    // Left out it would mean everything that the job has borrowed.
    const misspelt = await job.step(early.main, { inputs: { 'lease-id': first.outputs['lease-ids'] ?? '' } });
    expect(misspelt.exitCode).toBe(64);
    says(misspelt, 'did you mean `lease-ids`?');
    expect(job.env.get('B_EPHEMERAL_TOKEN')).not.toBe('');
    const ids = first.outputs['lease-ids'] ?? '';
    const now = await job.step(early.main, { inputs: early.inputs({ 'lease-ids': ids }) });
    expect(now.exitCode).toBe(0);
    expect(job.env.get('A_EPHEMERAL_TOKEN')).toBe('');
    expect(job.env.get('B_EPHEMERAL_TOKEN')).not.toBe('');
    for (const step of [second, first]) expect((await job.post(post, step)).exitCode).toBe(0);
    expect(leftOvers(job)).toEqual([]);
  });

  test('with nothing borrowed says so', async () => {
    await using job = place.job();
    const now = await job.step(early.main, { inputs: early.inputs({}) });
    expect(now.exitCode).toBe(0);
    says(now, 'There is nothing to give back.');
  });
});

test('a role that somebody must approve: the job waits, an operator approves, and post gives back', async () => {
  await using job = place.job();
  const step = job.start(action.main, inputs({ role: 'guarded', 'approval-timeout': '1m' }));
  const address = await eventually(() => /http\S+\/approvals\/txn_\w+/.exec(step.rawLog())?.[0]);
  const args = ['examples/broker/approve.mjs', address, 'ops', place.operatorKey, 'approve'];
  execFileSync(process.execPath, args, { stdio: 'pipe' });
  const main = await step.done;
  expect(main.exitCode).toBe(0);
  const token = job.env.get('EPHEMERAL_TOKEN') ?? '';
  expect(token).toMatch(/^eyJ/);
  assertHidden(main, [token, handleOf(main)]);
  const end = await job.post(post, main);
  says(end, 'guarded (lease');
  expect(end.log).toContain('given back (revoked)');
});

/** Looks until there is something to see. */
async function eventually(look: () => string | undefined): Promise<string> {
  for (;;) {
    const seen = look();
    if (seen !== undefined) return seen;
    await sleep(50);
  }
}

test('`revoke: false` leaves the lease alive, says so, and still leaves no file', async () => {
  await using job = place.job();
  const main = await borrow(job, { revoke: 'false' });
  const end = await job.post(post, main);
  says(end, 'Not given back, as `revoke: false` says');
  expect(leftOvers(job)).toEqual([]);
  const [id = ''] = JSON.parse(main.outputs['lease-ids'] ?? '[]') as string[];
  expect(place.audit().some((line) => line.includes(id) && line.includes('revoked'))).toBe(false);
});

test('`summary: on-problem` is silent until there is one', async () => {
  await using job = place.job();
  const main = await borrow(job, { summary: 'on-problem' });
  const end = await job.post(post, main);
  expect([main.summary, end.summary]).toEqual(['', '']);
  const refused = await borrow(job, { summary: 'on-problem', role: 'owned' });
  expect(refused.summary).toContain('### Nothing was ');
  const mute = await borrow(job, { summary: 'never', role: 'owned' });
  expect(mute.summary).toBe('');
});

test('post with nothing to give back does nothing at all', async () => {
  await using job = place.job();
  const refused = await borrow(job, { role: 'owned' });
  const end = await job.post(post, refused);
  expect(end).toMatchObject({ exitCode: 0, rawLog: '' });
});

test('files of the job are not ours to touch', async () => {
  await using job = place.job();
  writeFileSync(`${job.workspace}/theirs.txt`, 'x');
  const main = await borrow(job);
  await job.post(post, main);
  expect(existsSync(`${job.workspace}/theirs.txt`)).toBe(true);
  expect(leftOvers(job)).toEqual(['theirs.txt']);
});
