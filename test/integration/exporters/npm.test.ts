// npmrc, read by the real npm: what it sends to a registry, and what its own parser finds.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { awkwardSamples } from '../../support/awkward.ts';
import { credentialWith } from '../../support/credentials.ts';
import { delivered, type Delivered } from '../../support/delivered.ts';
import { findProgram } from '../../support/programs.ts';
import { failureOf } from '../../support/scan.ts';
import { basic, startWebServer, type WebServer } from '../../support/web-server.ts';

const token = (value: string) => credentialWith('bearer-token', { token: value });
const quiet = { NPM_CONFIG_UPDATE_NOTIFIER: 'false', NPM_CONFIG_FUND: 'false' };

const registry = (authorization: string): Promise<WebServer> =>
  startWebServer({
    authorization,
    answer: (_, response) =>
      response.setHeader('content-type', 'application/json').end('{"username":"deploy"}'),
  });

async function whoami(place: Delivered, words: readonly string[] = []): Promise<string> {
  const { out, err } = await place.run('npm', ['whoami', ...words], quiet);
  return out + err;
}

test('npm signs in with a token, and what the user has for the registry is not sent', async () => {
  await using server = await registry('Bearer npm_our-token');
  const home = {
    '.npmrc': `registry=${server.url}/npm/\n//${server.host}/npm/:_authToken=old\n//${server.host}/:_authToken=older`,
  };
  using place = await delivered('npmrc', [token('npm_our-token')], {
    settings: { url: `${server.url}/npm` },
    home,
  });
  expect([await whoami(place), ...server.asked, place.file('npmrc')]).toContain('deploy\n');
  expect(server.asked).toEqual(['GET /npm/-/whoami Bearer npm_our-token']);
}, 60_000);

test('npm signs in with a user name and a password', async () => {
  const password = `p ä:"'#;$\{HOME}`;
  await using server = await registry(basic('deploy', password));
  const login = credentialWith('registry-login', {
    registry: `${server.url}/npm/`,
    username: 'deploy',
    password,
  });
  using place = await delivered('npmrc', [login], { settings: { scope: '@octo-org' } });
  expect(await whoami(place, ['--registry', `${server.url}/npm/`])).toContain('deploy');
  expect(place.file('npmrc')).toContain(`@octo-org:registry="${server.url}/npm/"`);
}, 60_000);

test('a token of one path is not sent to another, nor to another host', async () => {
  await using server = await registry('Bearer npm_our-token');
  using place = await delivered('npmrc', [token('npm_our-token')], {
    settings: { url: `${server.url}/npm/` },
  });
  await whoami(place, ['--registry', `${server.url}/other/`]);
  await whoami(place, ['--registry', server.url.replace('127.0.0.1', 'localhost')]);
  expect(server.asked.filter((line) => !line.endsWith(' -'))).toEqual([]);
}, 60_000);

test('a file with sections cannot swallow ours', async () => {
  await using server = await registry('Bearer npm_our-token');
  const home = { '.npmrc': `//${server.host}/:_authToken=old\n[section]\nx=1\n` };
  using place = await delivered('npmrc', [token('npm_our-token')], { settings: { url: server.url }, home });
  expect(await whoami(place, ['--registry', server.url])).toContain('deploy');
}, 60_000);

/** npm's own packages, which read a file as npm does. */
const npmFolder = dirname(dirname(realpathSync(findProgram('npm') ?? '')));
const readIt = `
const { readFileSync } = require('node:fs');
const at = (name) => require(${JSON.stringify(join(npmFolder, 'node_modules'))} + '/' + name);
const found = at('ini').parse(readFileSync(process.env.NPM_CONFIG_USERCONFIG, 'utf8'));
const parse = (() => { try { return at('@npmcli/config/lib/parse-field.js'); } catch { return undefined; } })();
const value = found['//registry.example.com/:_authToken'];
const opts = { platform: 'linux', types: {}, home: '/', env: process.env };
process.stdout.write(JSON.stringify({ keys: Object.keys(found), value: parse ? parse(value, 'x', opts) : value }));
`;

test('whatever the token is: read back as it was lent, or refused', async () => {
  let carried = 0;
  using places = new DisposableStack();
  for (const value of awkwardSamples(30)) {
    let place: Delivered;
    try {
      place = await delivered('npmrc', [token(value)], { settings: { url: 'https://registry.example.com' } });
    } catch (error) {
      expect(error).toMatchObject({ code: 'credential-unusable' });
      continue;
    }
    places.use(place);
    carried++;
    const { out } = await place.run(process.execPath, ['-e', readIt]);
    expect(JSON.parse(out)).toEqual({ keys: ['//registry.example.com/:_authToken'], value });
  }
  expect(carried).toBeGreaterThan(5);
}, 120_000);

describe('what was lent cannot bring lines or registries of its own', () => {
  test.each([
    'a.example.com\nregistry=https://b.example.com',
    'a.example.com/:_authToken=x',
    '${HOME}',
    'a.example.com/[]',
    '*',
  ])('the registry %j', async (registry_) => {
    const login = credentialWith('registry-login', { registry: registry_ });
    expect(await failureOf(() => delivered('npmrc', [login]))).toMatchObject({ name: 'CredsError' });
  });
});
