import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Transport } from '../../src/domain/host.ts';
import { commandFileText } from '../../src/protocol/workflow-command.ts';
import { lending } from '../support/lender.ts';
import { startScene } from '../support/scene.ts';

test.each([
  ['http://broker.example.com', 'must be https'],
  ['http://localhost.example.com', 'must be https'],
  ['http://127.0.0.1.example.com', 'must be https'],
  ['ftp://broker.example.com', 'must be a URL'],
  ['broker.example.com', 'must be a URL'],
  ['https://', 'must be a URL'],
  ['https://user@broker.example.com', 'user name'],
  ['https://:word@broker.example.com', 'user name'],
  ['https://broker.example.com?x=1', 'query'],
  ['https://broker.example.com#x', 'fragment'],
  ['https://192.0.2.10', 'must name a host'],
  ['https://[2001:db8::1]', 'must name a host'],
  // The same address in other spellings.
  ['https://0xC0.0.2.10', 'must name a host'],
  ['https://3221225994', 'must name a host'],
])('C12: the broker-url %s is refused and nothing is sent', async (url, words) => {
  await using scene = await startScene();
  const main = await scene.main({ inputs: { 'broker-url': url } });
  expect(main.exitCode).toBe(64);
  expect(main.annotations[0]?.message).toContain('broker-url');
  expect(main.annotations[0]?.message).toContain(words);
  expect(main.rawLog).not.toContain('word@');
  expect(scene.server.requests).toHaveLength(0);
});

/** Where the broker was asked for. */
async function hostOf(inputs: Record<string, string>): Promise<string | undefined> {
  let asked: string | undefined;
  const network =
    (real: Transport): Transport =>
    (request) => {
      if (request.url.pathname !== '/id-token') asked ??= request.url.href;
      return request.url.pathname === '/id-token' ? real(request) : Promise.reject(new Error('there'));
    };
  await using scene = await startScene();
  await scene.main({ inputs, send: network });
  return asked;
}

test.each([
  ['HTTPS://Broker.EXAMPLE.com:443/', 'https://broker.example.com/token'],
  ['https://broker.example.com/a/../Base//', 'https://broker.example.com/Base/token'],
  ['http://LocalHost:8080', 'http://localhost:8080/token'],
])('C12: the broker-url %s means %s', async (url, endpoint) => {
  expect(await hostOf({ 'broker-url': url })).toBe(endpoint);
});

test.each(['https://192.0.2.10', 'https://[2001:db8::1]'])('C12: allow-ip lets %s be asked', async (url) => {
  expect(await hostOf({ 'broker-url': url, params: 'allow-ip: true' })).toBe(`${url}/token`);
});

const value = 'v4lue-of-the-day-and-more';
const free = (fields: Record<string, unknown>) => ({ kind: 'fields', name: 'x', fields });
const field = (name: string, text = value) => free({ [name]: { value: text } });

test.each([
  ['a line break', field('A\nB')],
  ['an equals sign', field('A=B')],
  ['a heredoc', field('A<<EOF')],
  ['a NUL', field('A\0')],
  ['nothing', field('')],
  ['letters of another script', field('ТOKEN')],
  ['a long s', field('ſecret')],
  ['a digit in front', field('1A')],
  ['a space', field('A B')],
  ['129 letters', field('A'.repeat(129))],
  ['a good one beside it', free({ GOOD: { value }, 'B\nD': { value } })],
])('C20: a field’s name from the broker with %s spoils the whole answer', async (_, credential) => {
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lending(credential)) }));
  const main = await scene.main({ inputs: { export: 'env GOOD=GOOD' } });
  expect(main.exitCode).toBe(70);
  expect(main.log).toContain('[credential-unusable]');
  expect(main.env).toEqual({});
  expect(scene.lender.lent).toHaveLength(1);
  expect(scene.lender.alive).toEqual([]);
});

test('C20: fields whose names differ only in spelling do not stand in for each other', async () => {
  const credential = free({ fooBar: { value }, foo_bar: { value: `${value}-other` } });
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lending(credential)) }));
  const main = await scene.main({ inputs: { export: 'env GOOD=foo_bar' } });
  expect(main.exitCode).not.toBe(0);
  expect(main.env).toEqual({});
  expect(scene.lender.alive).toEqual([]);
});

test('C21: no name of the broker’s becomes a variable: the workflow must name it', async () => {
  await using scene = await startScene(({ lender }) => ({
    token: lender.lendChanged(lending(free({ PATH: { value }, LD_PRELOAD: { value } }))),
  }));
  const main = await scene.main();
  expect(main.exitCode).toBe(64);
  expect(main.env).toEqual({});
  expect(scene.lender.alive).toEqual([]);
  const named = await scene.main({ inputs: { export: 'env DEPLOY_KEY=PATH' } });
  expect(named.env).toEqual({ DEPLOY_KEY: value });
});

const dangerous =
  `NODE_OPTIONS PATH LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES BASH_ENV ENV PROMPT_COMMAND PS4
  SHELLOPTS IFS PYTHONPATH PYTHONSTARTUP PERL5LIB PERL5OPT RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS MAVEN_OPTS
  GIT_SSH_COMMAND GIT_CONFIG_COUNT GIT_ASKPASS NPM_CONFIG_REGISTRY PIP_INDEX_URL HTTP_PROXY HTTPS_PROXY ALL_PROXY
  NO_PROXY SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED CURL_CA_BUNDLE GITHUB_TOKEN
  GITHUB_ENV RUNNER_TEMP ACTIONS_ID_TOKEN_REQUEST_URL INPUT_ROLE STATE_LEDGER CI CI_JOB_TOKEN GITLAB_CI FF_X HOME
  TMPDIR SHELL EDITOR PAGER DOCKER_HOST KUBECONFIG npm_config_registry Path node_options`.split(/\s+/);

test.each(dangerous)('C21: the workflow itself may not have %s set; nothing is sent', async (name) => {
  await using scene = await startScene();
  const main = await scene.main({ inputs: { export: `env ${name}=token` } });
  expect(main.exitCode).toBe(64);
  expect(scene.server.requests).toHaveLength(0);
});

test.each(['GITHUB', 'LD', 'GIT'])(
  'C21: a prefix %s that makes names dangerous is refused and given back',
  async (prefix) => {
    await using scene = await startScene();
    const main = await scene.main({ inputs: { role: `${prefix}=deploy` } });
    expect(main.exitCode).toBe(64);
    expect(main.env).toEqual({});
    expect(scene.lender.alive).toEqual([]);
  },
);

const kib = 1024;
const long = (bytes: number) => value.repeat(bytes).slice(0, bytes);
test.each([
  ['a NUL', field('A', `${value}\0`)],
  ['32 KiB and one byte', field('A', long(32 * kib + 1))],
  ['32 KiB of longer characters', field('A', 'ab€'.repeat(8 * kib))],
  [
    '264 KiB in all',
    free(Object.fromEntries('ABCDEFGHI'.split('').map((name) => [name, { value: long(30 * kib) }]))),
  ],
  ['nothing in it', field('A', '')],
  ['a number in place of text', free({ A: { value: { deep: value } } })],
])('C22: a value with %s is refused and given back', async (_, credential) => {
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lending(credential)) }));
  const main = await scene.main({ inputs: { export: 'env GOOD=A' } });
  expect(main.exitCode).toBe(70);
  expect(main.log).toContain('[credential-unusable]');
  expect(main.env).toEqual({});
  expect(scene.lender.alive).toEqual([]);
});

test('C22: an answer with half a character in it is no answer, and what it brought is given back', async () => {
  const half = field('A', `${value}\ud800`);
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lending(half)) }));
  const main = await scene.main({ inputs: { export: 'env GOOD=A' } });
  expect(main.exitCode).toBe(69);
  expect(main.log).toContain('[answer-invalid]');
  expect(main.env).toEqual({});
  expect(scene.lender.alive).toEqual([]);
});

test('C22: credentials that are only together longer than 256 KiB are refused and given back', async () => {
  const each = free(Object.fromEntries('ABCDE'.split('').map((name) => [name, { value: long(30 * kib) }])));
  await using scene = await startScene(({ lender }) => ({ token: lender.lendChanged(lending(each)) }));
  const main = await scene.main({ inputs: { role: 'one\ntwo', export: 'outputs' } });
  expect(main.exitCode).toBe(70);
  expect(main.log).toContain('[credential-unusable]');
  expect(scene.lender.alive).toEqual([]);
});

test('C22: 32 KiB to the byte, with every kind of line break, arrives as it was', async () => {
  const text = `${long(32 * kib - 9)}\r\n=<<EOF\n`;
  await using scene = await startScene(({ lender }) => ({
    token: lender.lendChanged(lending(field('A', text))),
  }));
  expect((await scene.main({ inputs: { export: 'env GOOD=A' } })).env).toEqual({ GOOD: text });
});

test('C22: a value that holds the delimiter is refused, and no delimiter comes twice', async () => {
  expect(() => commandFileText({ A: 'x ec_1 y' }, () => 'ec_1')).toThrow('cannot be handed over');
  expect(() => commandFileText({ ec_1: 'x' }, () => 'ec_1')).toThrow('cannot be handed over');
  const delimiters: string[] = [];
  for (let count = 0; count < 3; count++) {
    await using scene = await startScene();
    using world = scene.world();
    await world.main(scene.inputs());
    const [, delimiter = ''] =
      /^EPHEMERAL_TOKEN<<(\S+)$/m.exec(readFileSync(world.files.GITHUB_ENV, 'utf8')) ?? [];
    delimiters.push(delimiter);
  }
  for (const delimiter of delimiters) expect(delimiter).toMatch(/^ec_[0-9a-f]{32}$/);
  expect(new Set(delimiters).size).toBe(3);
});

/** As the runner on Windows reads a command file: lines end in LF or in CRLF, names mean the same in any case. */
function readOnWindows(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = [...text.matchAll(/([^\n]*?)(\r?\n|$)/g)].map(([, line = '', end = '']) => ({ line, end }));
  for (let at = 0; at < lines.length; at++) {
    const [name, delimiter] = lines[at]?.line.split('<<') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.findIndex(({ line }, index) => index > at && line === delimiter);
    const value = lines.slice(at + 1, end).map((each) => each.line + each.end);
    found[name.toUpperCase()] = value.join('').replace(/\r?\n$/, '');
    at = end;
  }
  return found;
}

test.each([
  'plain text',
  'two\r\nlines',
  'two\nlines',
  'ends in a return\rhere',
  '\r\nempty first\r\n\r\nlast',
])('C42: the runner on Windows reads the value %j as it was', (text) => {
  const file = commandFileText({ FIRST: text, SECOND: 'after' }, () => 'ec_0123');
  expect(readOnWindows(file)).toEqual({ FIRST: text, SECOND: 'after' });
  expect(readOnWindows(file.replaceAll('ec_0123\n', 'ec_0123\r\n'))).toEqual({
    FIRST: text,
    SECOND: 'after',
  });
});

test('C42: no two names that we set differ only in their case', async () => {
  await using scene = await startScene();
  const twins = await scene.main({ inputs: { export: 'env DEPLOY_KEY=token Deploy_Key=token' } });
  expect(twins.exitCode).toBe(64);
  expect(scene.server.requests).toHaveLength(0);
});
