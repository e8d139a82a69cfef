import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as faults from '../support/faults.ts';
import { mintIdToken, refuse, sha256 } from '../support/lender.ts';
import { mainDoor, postDoor, startScene } from '../support/scene.ts';

/** Lines that the runner would obey: `::name …::` and `##[name]`. */
function commandsIn(log: string): string[] {
  const commands = log.split(/\r?\n/).flatMap((line) => /^\s*(?:::|##\[)([\w-]+)/.exec(line)?.[1] ?? []);
  return [...new Set(commands)].toSorted();
}

// What a terminal or a reader would be deceived by.

const deceiving = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

const { hostileText } = faults;
const hostileHeaders = { 'x-request-id': 'a\tb', 'content-type': 'application/json' };
const hostile = { error_description: hostileText, detail: hostileText, title: hostileText };
test.each([
  ['an error’s name', refuse(400, hostileText, undefined, hostile)],
  ['a reason', refuse(403, 'access_denied', hostileText, hostile)],
  ['a request id', refuse(403, 'access_denied', 'denied', { ...hostile, request_id: hostileText })],
  ['a minimum', refuse(400, 'invalid_request', 'ttl-below-minimum', { minimum: hostileText })],
  ['a page', faults.answer({ status: 400, headers: { 'content-type': 'text/html' }, body: hostileText })],
  ['a header', faults.answer({ status: 400, headers: hostileHeaders, body: JSON.stringify(hostile) })],
  ['a lease', faults.json({ token_type: hostileText, authorization_details: [{ lease_id: hostileText }] })],
])('C43: hostile text in %s of an answer reaches neither log nor summary', async (_, token) => {
  await using scene = await startScene({ token });
  const main = await scene.main();
  expect(main.exitCode).not.toBe(0);
  expect(commandsIn(main.rawLog)).toEqual(['add-mask', 'error']);
  for (const text of [main.rawLog, main.summary]) {
    expect(text).not.toMatch(deceiving);
    expect(text).not.toContain('evil');
    expect(text).not.toContain('add-path');
  }
});

test('C43: hostile claims are printed as harmless words', async () => {
  const claims = {
    repository: hostileText,
    ref: `##[add-mask]x${hostileText}`,
    environment: 'e'.repeat(500),
  };
  await using scene = await startScene({ idToken: mintIdToken({ claims }) });
  const main = await scene.main();
  expect(main.exitCode).toBe(0);
  expect(commandsIn(main.rawLog)).toEqual(['add-mask']);
  expect(main.rawLog).not.toMatch(deceiving);
  expect(main.log).not.toContain('e'.repeat(201));
});

test('C43: hostile text from the broker in post is not printed either', async () => {
  await using scene = await startScene({ revoke: refuse(400, hostileText, hostileText, hostile) });
  using world = scene.world();
  const main = await world.main(scene.inputs());
  const post = await world.post(main);
  expect(commandsIn(post.rawLog)).toEqual(['add-mask', 'warning']);
  expect(post.rawLog + post.summary).not.toMatch(deceiving);
  expect(post.rawLog + post.summary).not.toContain('evil');
});

/** Every window of eight characters of the secret that the text shows. */
function shown(secret: string, text: string): string[] {
  const windows = Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8));
  return windows.filter((window) => text.includes(window));
}

test('L33 L34 L38: with debug logging on, no secret is in log, annotations, summary or the wrong file', async () => {
  await using scene = await startScene();
  await using job = scene.job({ debug: true });
  const step = job.start(mainDoor, { inputs: scene.inputs({ export: 'env\noutputs' }) });
  const main = await step.done;
  const later = await job.run('env | sort');
  const post = await job.post(postDoor, main);
  const [lent] = scene.lender.lent;
  const handle = (JSON.parse(main.state['ledger'] ?? '') as { debt: { handle: string } }).debt.handle;
  expect(sha256(handle)).toBe(lent?.hash);
  const idTokens = scene.forms('/token').map((form) => form.get('subject_token') ?? '');
  const seen = [main, later, post].map(
    ({ log, summary, annotations }) => log + summary + JSON.stringify(annotations),
  );
  expect(seen[0]).toContain('Save intra-action state ledger');
  for (const secret of [
    lent?.token ?? '',
    handle,
    ...idTokens.flatMap((token) => token.split('.').slice(1)),
  ]) {
    expect(secret.length).toBeGreaterThan(20);
    for (const text of seen) expect(shown(secret, text)).toEqual([]);
  }
  // The credential is not in the state, the handle nowhere else.
  expect(shown(lent?.token ?? '', JSON.stringify(main.state))).toEqual([]);
  expect(shown(handle, JSON.stringify([main.outputs, main.env]))).toEqual([]);
});

test('L38: a failed main leaves no secret in the files under RUNNER_TEMP', async () => {
  await using scene = await startScene();
  await using job = scene.job();
  await job.step(mainDoor, { inputs: scene.inputs({ 'min-ttl': '30m' }) });
  const [lent] = scene.lender.lent;
  const files = readdirSync(job.temp, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
  expect(shown(lent?.token ?? '', text)).toEqual([]);
});

test('L35: a defect is told by its kind and place, never by its message or its cause', async () => {
  await using scene = await startScene();
  using world = scene.world({
    send: () => () =>
      Promise.reject(new Error('s3cret-in-a-message', { cause: new Error('s3cret-in-a-cause') })),
  });
  const main = await world.main(scene.inputs());
  expect(main.exitCode).toBe(70);
  expect(main.rawLog + main.summary).not.toContain('s3cret');
});

test('L35: an exception that nobody catches is told without its message, even one that looks like a stack', async () => {
  await using scene = await startScene({ idToken: faults.silence });
  await using job = scene.job();
  const trap = join(job.temp, 'trap.cjs');
  const message = 's3cret-in-a-message\\n    at s3cret-in-a-frame';
  writeFileSync(trap, `setTimeout(() => { throw new Error('${message}'); }, 100)`);
  const env = { NODE_OPTIONS: `--require=${trap}` };
  const main = await job.step(mainDoor, { inputs: scene.inputs(), env });
  expect(main.exitCode).toBe(70);
  expect(main.log).toContain('a defect');
  expect(main.log).not.toContain('s3cret');
});

test.each([
  ['NODE_DEBUG', 'http'],
  ['NODE_DEBUG', 'HTTPS,x'],
  ['NODE_DEBUG', 'tls'],
  ['NODE_DEBUG', 'net'],
  ['NODE_DEBUG', 'tunnel'],
  ['NODE_DEBUG', '*'],
  ['NODE_DEBUG', 'ht*'],
  ['NODE_OPTIONS', '--report-on-fatalerror'],
  ['NODE_OPTIONS', '--report-uncaught-exception'],
  ['NODE_OPTIONS', '--heapsnapshot-signal=SIGUSR2'],
  ['NODE_OPTIONS', '--inspect=0'],
  ['NODE_OPTIONS', '--trace-tls'],
  ['NODE_OPTIONS', '--tls-keylog=keys.log'],
])('L36: with %s=%s nothing is asked for', async (name, value) => {
  await using scene = await startScene();
  const main = await scene.main({ env: { [name]: value } });
  expect(main.exitCode).toBe(64);
  expect(main.annotations[0]?.message).toContain(name);
  expect(scene.server.requests).toHaveLength(0);
});

test('L37: the action starts no other process, but for the SSH agent that is asked for, which is told no secret', () => {
  const dist = join(mainDoor, '..');
  const asides = ['aside', 'give-back'].flatMap((folder) =>
    readdirSync(join(dist, folder)).map((name) => join(folder, name)),
  );
  const starting = ['action.cjs', 'give-back.cjs', ...asides].filter((name) => {
    const bundle = readFileSync(join(dist, name), 'utf8');
    // Defined in the core as every module of Node that an aside takes; whoever loads it says its name.
    return /external_node_child_process_\b|(?<!module\.exports = )require\(["'](?:node:)?child_process["']\)/.test(
      bundle,
    );
  });
  expect(starting).toEqual([join('aside', 'ssh-agents.cjs'), join('give-back', 'ssh-agents.cjs')]);
});

test('L39: an ID token that the broker sends back in its error is not printed', async () => {
  await using scene = await startScene({
    token: (exchange) => {
      const token = new URLSearchParams(exchange.request.body).get('subject_token') ?? '';
      refuse(400, 'invalid_grant', token, { error_description: token, request_id: token })(exchange);
    },
  });
  const main = await scene.main();
  expect(main.exitCode).toBe(65);
  const [token = ''] = scene.forms('/token').map((form) => form.get('subject_token') ?? '');
  for (const part of token.split('.').slice(1)) expect(shown(part, main.log + main.summary)).toEqual([]);
});
