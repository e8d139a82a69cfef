// `broker check` of a role of github-app: each thing that is wrong at GitHub is told with what to change there.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { BackendTrouble } from '../../../src/broker/engines/engine.ts';
import type { FakeGithub } from '../../support/broker/fake-github.ts';
import { githubScene } from '../../support/broker/github-app-scene.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const { signal } = new AbortController();

test.each([
  ['by number', {}],
  ['of an account', { installation: undefined, owner: 'octo-org' }],
  ['of the job', { installation: undefined, repositories: 'from-claims' }],
  ['with numbers of repositories', { repositories: undefined, repository_ids: ['1'] }],
  ['to read metadata', { permissions: { metadata: 'read' } }],
])('a role that would be lent is, and no token is made: installation %s', async (_, changes) => {
  const { github, prepare } = githubScene();
  await prepare(changes).check?.(signal);
  expect(github.tokens.size).toBe(0);
  expect(new Set(github.asked.map(({ method }) => method))).toEqual(new Set(['GET']));
});

type Wrong = [string, Record<string, unknown>, (github: FakeGithub) => unknown, string];

const nothing = (): void => undefined;
const wrongs: readonly Wrong[] = [
  [
    'another App’s key',
    {},
    (github) => github.replaceKey(),
    'does not take the App’s JWT (status 401): check',
  ],
  ['no such installation', { installation: '9' }, nothing, 'not installed as 9 (status 404): install it'],
  [
    'nothing on the account',
    { installation: undefined, owner: 'nobody' },
    nothing,
    'not installed on nobody',
  ],
  [
    'suspended',
    {},
    (github) => {
      github.installation.suspended = true;
    },
    'suspended: whoever suspended it must take that back',
  ],
  [
    'a permission that the App has not',
    { permissions: { packages: 'write', contents: 'read' } },
    nothing,
    'the App has not packages: write: change',
  ],
  [
    'a permission that its owner has not accepted',
    { permissions: { issues: 'write' } },
    nothing,
    'the installation was not granted issues: write: its owner must accept',
  ],
  [
    'a permission that the App lacks, for the job’s repository',
    { installation: undefined, repositories: 'from-claims', permissions: { packages: 'read' } },
    nothing,
    'the App has not packages: read',
  ],
  [
    'no such repository',
    { repositories: ['octo-repo', 'nowhere'] },
    nothing,
    'has no repository nowhere: add it',
  ],
  ['away', {}, (github) => (github.fate = () => 'refused'), 'it could not be reached'],
  [
    'a limit',
    {},
    (github) => (github.fate = () => ({ status: 429, headers: { 'retry-after': '7' } })),
    'no request for 7 s',
  ],
  [
    'another address',
    {},
    (github) => (github.fate = () => ({ status: 301 })),
    'points elsewhere (status 301), which is not followed: check api_url',
  ],
  ['a page', {}, (github) => (github.fate = () => ({ body: Buffer.from('<html>') })), 'another App’s'],
];

test.each(wrongs)('%s', async (_, changes, spoil, message) => {
  const { github, prepare } = githubScene();
  const role = prepare(changes);
  spoil(github);
  const error = await failureOf(() => role.check?.(signal));
  expect(error).toBeInstanceOf(BackendTrouble);
  expect(String(error)).toContain(message);
  const shown = github.asked.map(({ headers }) => headers['authorization']?.slice(7) ?? '-');
  for (const secret of [github.key, ...shown]) expect(everythingIn(error)).not.toContain(secret);
});

test('a client ID that is not the key’s App is told', async () => {
  const { github, prepare } = githubScene();
  // As where two Apps of one owner share a key by mistake: GitHub knows the key, and it is not of this App.
  github.fate = () => ({ body: Buffer.from(JSON.stringify({ id: 1, client_id: 'Iv1.other' })) });
  await expect(prepare().check?.(signal)).rejects.toThrow('another App’s: check `app`');
});

test('a client ID that an older Enterprise Server does not tell is no other App’s', async () => {
  const { github, prepare } = githubScene();
  github.fate = ({ url }) =>
    url.pathname === '/app'
      ? { body: Buffer.from(JSON.stringify({ id: 4711, permissions: { contents: 'read' } })) }
      : undefined;
  await prepare().check?.(signal);
  await expect(prepare({ app: '4712', key: 'env:APP_KEY' }).check?.(signal)).rejects.toThrow('another App’s');
});

test('a hundred repositories are asked for, some at a time', async () => {
  const { github, prepare } = githubScene();
  const repositories = Array.from({ length: 100 }, (_, n) => `r${String(n)}`);
  github.installation.repositories.push(...repositories.map((name, n) => ({ id: n + 1, name })));
  const answer = github.answer.bind(github);
  let [asking, most] = [0, 0];
  github.answer = async (request) => {
    most = Math.max(most, ++asking);
    await new Promise(setImmediate);
    asking--;
    return answer(request);
  };
  await prepare({ repositories }).check?.(signal);
  expect(most).toBe(10);
  expect(github.asked).toHaveLength(102);
  await expect(prepare({ repositories: [...repositories.slice(1), 'gone'] }).check?.(signal)).rejects.toThrow(
    'has no repository gone',
  );
});

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

test.each([
  ['no key', undefined, 'is not set'],
  ['no PEM', 'a value', 'env:APP_KEY is no RSA key of 2048 bits'],
  [
    'a short key',
    pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
    'is no RSA key of 2048',
  ],
  ['another kind of key', pem(generateKeyPairSync('ed25519').privateKey), 'is no RSA key of 2048'],
])('%s stops the start, and is not quoted', async (_, key, message) => {
  const { prepare, secrets } = githubScene();
  if (key === undefined) delete secrets['env:APP_KEY'];
  else secrets['env:APP_KEY'] = key;
  const error = await failureOf(() => prepare());
  expect(error).toMatchObject({ path: ['key'] });
  expect(String(error)).toContain(message);
  expect(everythingIn(error)).not.toContain(key ?? '-----BEGIN');
});
