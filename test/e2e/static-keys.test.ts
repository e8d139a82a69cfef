/** The built action and the built command line beside a static key. */
import { expect, test } from '@jest/globals';
import { ShellJob } from '../support/exec.ts';
import { mainDoor, postDoor, startScene } from '../support/scene.ts';

const key = { AWS_ACCESS_KEY_ID: 'AKIAhunter2SECRET', AWS_SECRET_ACCESS_KEY: 'hunter2SECRET-half' };
const aws = { provider: 'aws', role: 'arn:aws:iam::123456789012:role/x', region: 'eu-central-1' };
const refused = { ...aws, 'static-keys': 'refuse' };

test('the action refuses it before anything is sent, and names the variable only', async () => {
  await using scene = await startScene();
  await using job = scene.job({ env: key });
  const main = await job.step(mainDoor, { inputs: refused });
  expect(main.exitCode).toBe(64);
  expect(main.rawLog).toContain('in AWS_ACCESS_KEY_ID.');
  expect(main.rawLog).toContain('[static-key]');
  expect(main.rawLog).not.toContain('hunter2');
  expect(scene.server.requests).toEqual([]);
  expect((await job.post(postDoor, main)).exitCode).toBe(0);
}, 60_000);

test('the action lends beside one of another kind without a word', async () => {
  await using scene = await startScene();
  await using job = scene.job({ env: key });
  const main = await job.step(mainDoor, { inputs: scene.inputs({ 'static-keys': 'refuse' }) });
  expect(main).toMatchObject({ exitCode: 0, annotations: [] });
  await job.post(postDoor, main);
}, 60_000);

test('exec refuses it, and the command does not run', async () => {
  using job = new ShellJob(key);
  const end = await job.sh('echo ran', { options: refused });
  expect(end.status).toBe(125);
  expect(end.stdout.toString()).toBe('');
  expect(end.stderr).toContain('in AWS_ACCESS_KEY_ID.');
  expect(end.stderr).not.toContain('hunter2');
}, 60_000);

test('login refuses it, and leaves nothing', async () => {
  using job = new ShellJob({ ...key, EPHEMERAL_CREDS_ID_TOKEN: 'not-asked-for' }, 'gitlab');
  const words = Object.entries(refused).map(([name, value]) => `--${name}=${value}`);
  const end = await job.type('login', ...words);
  expect(end.status).toBe(64);
  expect(end.stderr).toContain('[static-key]');
  expect(end.stdout + end.stderr).not.toContain('hunter2');
}, 60_000);
