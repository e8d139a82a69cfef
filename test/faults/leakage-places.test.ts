// Where a secret may lie, and where it may not.
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { mintIdToken } from '../support/lender.ts';
import { startProxy } from '../support/proxy.ts';
import type { Job } from '../support/runner.ts';
import { mainDoor, postDoor, startScene } from '../support/scene.ts';
import { startSts } from '../support/sts.ts';

const role = 'arn:aws:iam::123456789012:role/deploy';
const sub = 'repo:octo-org/octo-repo:environment:production';

/** Everything below a folder, with its mode. */
function filesBelow(folder: string): { path: string; mode: number; text: string }[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    join(folder, name),
  );
  return entries.map((path) => {
    const found = lstatSync(path);
    return { path, mode: found.mode & 0o777, text: found.isFile() ? readFileSync(path, 'utf8') : '' };
  });
}

function placesOf(secret: string, job: Job): string[] {
  const folders = [job.temp, job.workspace, job.home];
  return folders.flatMap(filesBelow).flatMap(({ path, text }) => (text.includes(secret) ? [path] : []));
}

test('L41: a file with a credential lies in our private folder under RUNNER_TEMP and nowhere else', async () => {
  await using scene = await startScene({ idToken: mintIdToken({ claims: { sub } }) });
  const sts = await startSts({ trust: { [role]: sub } });
  try {
    await using job = scene.job();
    const params = `endpoint: ${sts.url}`;
    const inputs = { provider: 'aws', role, region: 'eu-west-1', export: 'aws-profile', params };
    const main = await job.step(mainDoor, { inputs });
    expect(main.exitCode).toBe(0);
    const secret = sts.issued[0]?.secretAccessKey ?? '';
    const ours = join(job.temp, 'ephemeral-creds');
    const places = placesOf(secret, job);
    expect(places).toEqual([job.env.get('AWS_SHARED_CREDENTIALS_FILE')]);
    expect(places[0]?.startsWith(`${ours}/`)).toBe(true);
    for (const { path, mode } of filesBelow(ours))
      expect([path, mode]).toEqual([path, lstatSync(path).isDirectory() ? 0o700 : 0o600]);
    expect(filesBelow(job.workspace)).toEqual([]);
    await job.post(postDoor, main);
    expect(placesOf(secret, job)).toEqual([]);
  } finally {
    await sts.close();
  }
});

test('L42: a proxy’s credentials are readable in no line, no message, no file', async () => {
  const password = 'pr0xy-p4ssw0rd-of-the-runner';
  await using proxy = await startProxy({ credentials: { username: 'ci', password: 'another' }, routes: {} });
  await using scene = await startScene();
  const url = proxy.url.replace('//', `//ci:${password}@`);
  await using job = scene.job({ env: { HTTPS_PROXY: url, HTTP_PROXY: url }, debug: true });
  const main = await job.step(mainDoor, {
    inputs: { 'broker-url': 'https://broker.test', role: 'deploy' },
  });
  expect(main.annotations.map(({ message }) => message).join()).toContain('[proxy-refused]');
  const careless = await job.run('echo "proxy: $HTTPS_PROXY"');
  const basic = Buffer.from(`ci:${password}`).toString('base64');
  for (const text of [main.log, main.summary, JSON.stringify(main.annotations), careless.log])
    for (const secret of [password, basic]) expect(text).not.toContain(secret);
  expect(placesOf(password, job)).toEqual([]);
});

test('L43: an output with a credential is one that the runner will not hand to other jobs', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  const main = await job.step(mainDoor, { inputs: scene.inputs({ export: 'outputs' }) });
  const secret = scene.lender.lent[0]?.token ?? 'none';
  const holding = Object.entries(main.outputs).filter(([, value]) => value.includes(secret));
  expect(holding.map(([name]) => name).toSorted()).toEqual(['credentials', 'token']);
  const handedOn = job.outputs(main.outputs);
  for (const [name] of holding) expect(Object.keys(handedOn)).not.toContain(name);
  expect(Object.keys(handedOn)).toContain('expires-at');
});
