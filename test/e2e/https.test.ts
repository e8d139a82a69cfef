import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { assertHidden, leftOvers } from '../support/client/assert-hidden.ts';
import { startPlace, type Place } from '../support/client/built-broker.ts';
import { readAction } from '../support/runner-action.ts';

const action = readAction('action.yml');
const authority = createAuthority();
const folder = mkdtempSync(join(tmpdir(), 'authority-'));
const pem = join(folder, 'ca.pem');
let place: Place;
beforeAll(async () => {
  writeFileSync(pem, authority.cert);
  writeFileSync(join(folder, 'other.pem'), createAuthority('another authority').cert);
  place = await startPlace(authority);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const inputs = (more: Record<string, string> = {}): Record<string, string> =>
  action.inputs({ 'broker-url': place.url, role: 'deploy', ...more });

test('a certificate authority of one’s own is trusted by the input `ca-cert`, in main and in post', async () => {
  await using job = place.job();
  const main = await job.step(action.main, { inputs: inputs({ 'ca-cert': pem }) });
  expect(main.exitCode).toBe(0);
  assertHidden(main, [job.env.get('EPHEMERAL_TOKEN') ?? '']);
  const end = await job.post(action.post ?? '', main);
  expect(end.exitCode).toBe(0);
  expect(end.log).toContain('given back (revoked)');
  expect(leftOvers(job)).toEqual([]);
});

test('or as a text, in main and in post', async () => {
  await using job = place.job();
  const main = await job.step(action.main, { inputs: inputs({ 'ca-cert': authority.cert }) });
  expect([main.exitCode, main.exitCode === 0 ? '' : main.log]).toEqual([0, '']);
  expect((await job.post(action.post ?? '', main)).log).toContain('given back (revoked)');
});

test('or by NODE_EXTRA_CA_CERTS, as for every other Node program', async () => {
  await using job = place.job({ env: { NODE_EXTRA_CA_CERTS: pem } });
  const main = await job.step(action.main, { inputs: inputs() });
  expect(main.exitCode).toBe(0);
  expect((await job.post(action.post ?? '', main)).log).toContain('given back (revoked)');
});

test('both together are trusted, too', async () => {
  await using job = place.job({ env: { NODE_EXTRA_CA_CERTS: pem } });
  const main = await job.step(action.main, { inputs: inputs({ 'ca-cert': join(folder, 'other.pem') }) });
  expect(main.exitCode).toBe(0);
  expect((await job.post(action.post ?? '', main)).log).toContain('given back (revoked)');
});

test.each<readonly [string, Record<string, string>, Record<string, string>]>([
  ['without either', {}, {}],
  ['by another authority', { 'ca-cert': join(folder, 'other.pem') }, {}],
  ['even where someone has switched checking off', {}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
])('%s nobody is trusted, nothing is sent, and what to do is said', async (_, more, env) => {
  await using job = place.job({ env });
  const main = await job.step(action.main, { inputs: inputs(more) });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('[tls-untrusted]');
  expect(main.log).toContain('`ca-cert`');
  expect(job.env.size).toBe(0);
});
