// git-credential, read by the real git over the real smart HTTP of git http-backend.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { credentialWith } from '../../support/credentials.ts';
import { delivered, type Delivered, type Ran } from '../../support/delivered.ts';
import { basic, startWebServer, type WebServer } from '../../support/web-server.ts';

const password = `pa ss"'$HOME%41:#=\\ü`;
const username = 'x-access-token';
const [owner, repository] = ['octo-org', 'octo-org/app'];
let root = '';
let server: WebServer | undefined;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'git-'));
  const author = ['-c', 'user.name=x', '-c', 'user.email=x@example.com'];
  const git = (...words: string[]): unknown => execFileSync('git', words, { cwd: root, stdio: 'pipe' });
  git('init', '-q', 'seed');
  git('-C', 'seed', ...author, 'commit', '-q', '--allow-empty', '-m', 'one');
  for (const name of ['octo-org/app', 'octo-org/app2', 'other/app'])
    git('clone', '-q', '--bare', 'seed', `srv/${name}.git`);
  git('-C', 'srv/octo-org/app.git', 'config', 'http.receivepack', 'true');
  server = await startWebServer({ authorization: basic(username, password), answer: backend });
}, 60_000);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

/** https://git-scm.com/docs/git-http-backend */
function backend(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://x');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: join(root, 'srv'),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      REMOTE_USER: 'x',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(child.stdin);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.once('close', () => {
    const whole = Buffer.concat(parts);
    const end = whole.indexOf('\r\n\r\n');
    for (const line of whole.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.end(whole.subarray(end + 4));
  });
}

const at = (path: string): string => `${server?.url ?? ''}/${path}`;
const login = (): ReturnType<typeof credentialWith> => credentialWith('basic-login', { username, password });
const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' };

function git(place: Delivered, ...words: string[]): Promise<Ran> {
  return place.run('git', words, quiet);
}

/** All that lies in the home folder. */
const homeOf = ({ home }: Delivered): Record<string, string> =>
  Object.fromEntries(
    readdirSync(home)
      .filter((name) => name.startsWith('.'))
      .map((name) => [name, readFileSync(join(home, name), 'utf8')]),
  );

test('clones, pushes and leaves nothing where the user keeps things', async () => {
  const own = {
    '.gitconfig': '[credential]\n\thelper = store\n[user]\n\tname = u\n\temail = u@example.com\n',
  };
  using place = await delivered('git-credential', [login()], {
    settings: { url: at(repository) },
    home: own,
  });
  expect(await git(place, 'clone', '-q', at(`${repository}.git`), 'work')).toMatchObject({ status: 0 });
  expect(await git(place, '-C', 'work', 'commit', '-q', '--allow-empty', '-m', 'two')).toMatchObject({
    status: 0,
  });
  expect(await git(place, '-C', 'work', 'push', '-q')).toMatchObject({ status: 0 });
  expect(homeOf(place)).toEqual(own);
  expect(readdirSync(place.folder).sort()).toEqual(['git-login', 'gitconfig']);
}, 60_000);

describe('goes to its own place only', () => {
  test.each([
    ['the whole host', '', ['octo-org/app', 'other/app'], []],
    ['an owner', owner, ['octo-org/app', 'octo-org/app2.git'], ['other/app']],
    ['a repository', repository, ['octo-org/app', 'octo-org/app.git'], ['octo-org/app2', 'other/app.git']],
    ['a repository with .git', `${repository}.git`, ['octo-org/app', 'octo-org/app.git'], ['other/app.git']],
  ] as const)(
    '%s',
    async (_, path, yes, no) => {
      using place = await delivered('git-credential', [login()], { settings: { url: at(path) } });
      for (const name of yes) expect(await git(place, 'ls-remote', at(name))).toMatchObject({ status: 0 });
      const before = server?.asked.length ?? 0;
      for (const name of no) expect(await git(place, 'ls-remote', at(name))).toMatchObject({ status: 128 });
      expect(server?.asked.slice(before).filter((line) => !line.endsWith(' -'))).toEqual([]);
    },
    60_000,
  );

  test('another port of the host', async () => {
    await using other = await startWebServer({ authorization: 'Basic never', answer: () => undefined });
    using place = await delivered('git-credential', [login()], { settings: { url: at('') } });
    expect(await git(place, 'ls-remote', `${other.url}/x`)).toMatchObject({ status: 128 });
    expect(other.asked.filter((line) => !line.endsWith(' -'))).toEqual([]);
  }, 60_000);
});

test('wins over what a checkout has left for the host', async () => {
  const settings = { url: at('') };
  using place = await delivered('git-credential', [login()], { settings });
  await git(place, 'init', '-q', 'work');
  await git(place, '-C', 'work', 'config', `http.${at('')}.extraheader`, 'AUTHORIZATION: basic c3RhbGU6eA==');
  expect(await git(place, '-C', 'work', 'ls-remote', at(`${repository}.git`))).toMatchObject({ status: 0 });
}, 60_000);

test('what variables configured before stays, and a second delivery stands beside it', async () => {
  const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'of the user' };
  using first = await delivered('git-credential', [login()], { settings: { url: at(repository) }, env });
  using second = await delivered('git-credential', [credentialWith('bearer-token', { token: password })], {
    settings: { url: at('other'), username },
    env: { ...first.env },
  });
  expect((await git(second, 'config', 'user.name')).out).toBe('of the user\n');
  for (const name of [repository, 'other/app'])
    expect(await git(second, 'ls-remote', at(name))).toMatchObject({ status: 0 });
  // The second is over: its files are gone, what it has set is there.
  second[Symbol.dispose]();
  expect(await git(first, 'ls-remote', at(repository))).toMatchObject({ status: 0 });
  expect(
    await first.run('git', ['ls-remote', at(repository)], { ...second.env, HOME: first.home, ...quiet }),
  ).toMatchObject({ status: 0 });
}, 60_000);
