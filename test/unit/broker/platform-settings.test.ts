import { expect, test } from '@jest/globals';
import { checkBroker } from '../../../src/broker/commands/check-broker.ts';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import type { Settings } from '../../../src/broker/commands/settings.ts';
import { brokerYaml, githubPolicy, startTestBroker } from '../../support/broker/test-broker.ts';
import { testWorld } from '../../support/broker/world.ts';

function read(yaml: string): Promise<Settings> {
  const world = testWorld();
  world.disk.set('/etc/broker/broker.yaml', yaml);
  world.disk.set('/etc/broker/policies/p.yaml', '');
  return readSettings('/etc/broker/broker.yaml', world.files);
}

const hook = (keys: string): string => `${brokerYaml}webhooks: [ { secret: "env:HOOK", ${keys} } ]\n`;
const forge = (keys: string): string => `${brokerYaml}forges: [ { token: "env:FORGE", ${keys} } ]\n`;

test.each<[string, string, RegExp]>([
  [
    'an unknown platform',
    hook('platform: oidc, owners: ["1"]'),
    /webhooks\[0\]: unknown platform; write one of github, gitlab/,
  ],
  [
    'nobody for whom it speaks',
    hook('platform: github'),
    /webhooks\[0\]: say for whom a hook of github may speak: write owners or repositories, one of them/,
  ],
  [
    'two lists',
    hook('platform: github, owners: ["1"], repositories: ["2"]'),
    /owners or repositories, one of them/,
  ],
  ['the list of another platform', hook('platform: gitlab, owners: ["1"]'), /write projects or namespaces/],
  ['an empty list', hook('platform: github, owners: []'), /webhooks\[0\]\.owners/],
  ['an id without quotes', hook('platform: github, owners: [1]'), /owners\[0\]: write the number in quotes/],
  ['a name', hook('platform: github, owners: [octo-org]'), /owners\[0\]: write ids, in quotes/],
  [
    'a secret in the file',
    hook('platform: github, owners: ["1"]').replace('env:HOOK', 'hunter2'),
    /webhooks\[0\]\.secret: write .*env:NAME or file:PATH/,
  ],
  [
    'an issuer that is not there',
    hook('platform: gitlab, issuer: https://other.example, projects: ["1"]'),
    /webhooks\[0\]: write issuer: one of https:\/\/gitlab\.example\.com/,
  ],
  [
    'which of two issuers',
    hook('platform: gitlab, projects: ["1"]').replace(
      'roles:',
      '  - { platform: gitlab, url: https://b.example }\nroles:',
    ),
    /write issuer: one of https:\/\/gitlab\.example\.com, https:\/\/b\.example/,
  ],
  [
    'a platform without an issuer',
    forge('platform: gitlab').replace(/ {2}- \{ platform: gitlab.*\n/, ''),
    /forges\[0\]: there is no gitlab among the issuers/,
  ],
  [
    'an unknown forge',
    forge('platform: gitea'),
    /forges\[0\]: unknown platform; write one of github, gitlab/,
  ],
  [
    'an API without TLS',
    forge('platform: gitlab, api: "http://gitlab.example.com"'),
    /forges\[0\]: api: write an https URL/,
  ],
  [
    'an API with a user',
    forge('platform: gitlab, api: "https://a:b@gitlab.example.com"'),
    /forges\[0\]: api: write an https URL/,
  ],
  [
    'an issuer twice',
    `${brokerYaml}forges: [ { platform: github, token: "env:A" }, { platform: github, token: "env:B" } ]\n`,
    /forges\[1\]: its issuer has one already/,
  ],
  [
    'asking too often',
    forge('platform: github, poll_jobs: { every: 5s }'),
    /poll_jobs\.every: between 10s and 1h/,
  ],
])('%s is told with file, line and field', async (_, yaml, expected) => {
  const error = await read(yaml).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'input-invalid' });
  expect(String(error)).toMatch(/broker\.yaml:\d+: /);
  expect(String(error)).toMatch(expected);
  expect(String(error)).not.toContain('hunter2');
});

test.each<[string, string]>([
  ['https://token.actions.githubusercontent.com', 'https://api.github.com'],
  ['https://token.actions.githubusercontent.com/octo-enterprise', 'https://api.github.com'],
  ['https://token.actions.octo.ghe.com', 'https://api.octo.ghe.com'],
  ['https://ghes.example.com/_services/token', 'https://ghes.example.com/api/v3'],
])('the API of %s is %s', async (url, api) => {
  const yaml = forge('platform: github').replace('  - github\n', `  - { platform: github, url: "${url}" }\n`);
  expect((await read(yaml)).forges).toMatchObject([{ api, networks: 'public', verifyJobRunning: false }]);
});

test('an issuer of GitHub in a place that is not known needs to be told where its API is', async () => {
  const yaml = forge('platform: github').replace(
    '  - github\n',
    '  - { platform: github, url: https://x.example }\n',
  );
  await expect(read(yaml)).rejects.toThrow(/write where its API is/);
});

test('of Enterprise Server it is told that events may close nothing', async () => {
  const yaml = hook('platform: github, owners: ["1"]').replace(
    '  - github\n',
    '  - { platform: github, url: https://ghes.example.com/_services/token }\n',
  );
  expect((await read(yaml)).notices.join('\n')).toMatch(/the end of a job closes nothing: webhooks are off/);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['is not set', {}, /webhooks\[0\]\.secret: env:HOOK is not set/],
  ['is short', { HOOK: 'too short' }, /webhooks\[0\]\.secret: is shorter than 16 characters/],
  ['is no signing token', { HOOK: 'whsec_!!!!!!!!!!!!' }, /webhooks\[0\]\.secret: is no whole signing token/],
])('a secret that %s is told at the start', async (_, env, expected) => {
  const yaml = (): string => hook('platform: gitlab, projects: ["1"]');
  const error = await startTestBroker({ yaml, env }).then(
    () => undefined,
    (reason: unknown) => String(reason),
  );
  expect(error).toMatch(expected);
  for (const secret of Object.values(env)) expect(error).not.toContain(secret);
});

test('two hooks of one secret could not be told apart', async () => {
  const entry = '{ platform: github, secret: "env:HOOK", owners: ["1"] }';
  const yaml = (): string => `${brokerYaml}webhooks: [ ${entry}, ${entry} ]\n`;
  await expect(startTestBroker({ yaml, env: { HOOK: 'long enough to be one' } })).rejects.toThrow(
    /webhooks\[1\]\.secret: is the secret of another hook/,
  );
});

test('broker check reads the secrets of webhooks and forges, and asks nobody', async () => {
  const world = testWorld();
  const yaml = hook('platform: github, owners: ["1"]').replace(
    'webhooks:',
    'forges: [ { platform: github, token: "env:FORGE" } ]\nwebhooks:',
  );
  world.disk.set('/etc/broker/broker.yaml', yaml.replace(/^ {2}legacy:.*\n/m, ''));
  world.disk.set('/etc/broker/policies/p.yaml', githubPolicy.replace(/.*legacy.*\n/, ''));
  const check = (env: Record<string, string>): Promise<unknown> =>
    checkBroker('/etc/broker/broker.yaml', { ...world, env });
  await expect(check({})).rejects.toThrow(/webhooks\[0\]\.secret: env:HOOK is not set/);
  await expect(check({ HOOK: 'long enough to be one' })).rejects.toThrow(
    /forges\[0\]\.token: env:FORGE is not set/,
  );
  await check({ HOOK: 'long enough to be one', FORGE: 'x' });
  expect(world.fetched).toEqual([]);
});
