// docker-config, read by the real skopeo and, where there is one, by docker's own command line.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { awkward } from '../../support/awkward.ts';
import { credentialWith } from '../../support/credentials.ts';
import { dockerConfig } from '../../../src/exporters/docker-config.ts';
import { placeOf } from '../../support/exporters.ts';
import { credentialOf, leaseOf } from '../../support/credentials.ts';
import { delivered } from '../../support/delivered.ts';
import { testWith } from '../../support/peers.ts';
import { failureOf } from '../../support/scan.ts';
import { basic, startWebServer, type WebServer } from '../../support/web-server.ts';

const password = `p ä:"'#=$\\%`;
const image = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}';
const digest = `sha256:${createHash('sha256').update(image).digest('hex')}`;
const type = 'application/vnd.docker.distribution.manifest.v2+json';
const manifest = {
  schemaVersion: 2,
  mediaType: type,
  config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: image.length, digest },
  layers: [],
};

/** A FAKE registry: one image, as the Distribution API answers. */
function answer({ url }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  if (url === '/v2/') response.end('{}');
  else if (url?.includes('/manifests/'))
    response.setHeader('content-type', type).end(JSON.stringify(manifest));
  else response.end(image);
}

const registry = (): Promise<WebServer> =>
  startWebServer({ authorization: basic('deploy', password), answer });
const login = (host: string) =>
  credentialWith('registry-login', { registry: host, username: 'deploy', password });
const theirs = (host: string): string =>
  JSON.stringify({
    auths: { [host]: { auth: 'b2xkOm9sZA==' }, 'other.example.com': { auth: 'eDp5' } },
    credsStore: 'keychain',
    credHelpers: { [host]: 'keychain', 'cloud.example.com': 'cloud' },
    proxies: { default: {} },
  });

testWith(
  ['skopeo'],
  'skopeo signs in, beside helpers of the user’s own',
  async () => {
    await using server = await registry();
    using place = await delivered('docker-config', [login(server.host)], {
      home: { '.docker/config.json': theirs(server.host) },
    });
    const words = ['inspect', '--raw', '--tls-verify=false', `docker://${server.host}/app:latest`];
    expect(await place.run('skopeo', words)).toMatchObject({ status: 0, out: JSON.stringify(manifest) });
  },
  60_000,
);

testWith(
  ['docker'],
  'docker signs in, beside a store of the user’s own',
  async () => {
    await using server = await registry();
    using place = await delivered('docker-config', [login(server.host)], {
      home: { '.docker/config.json': theirs(server.host) },
    });
    const said = await place.run('docker', [
      'manifest',
      'inspect',
      '--insecure',
      `${server.host}/app:latest`,
    ]);
    expect(said).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(said.out)).toEqual(manifest);
  },
  60_000,
);

testWith(
  ['skopeo'],
  'and to no other registry',
  async () => {
    await using server = await registry();
    using place = await delivered('docker-config', [login('elsewhere.example.com')]);
    const words = ['inspect', '--raw', '--tls-verify=false', `docker://${server.host}/app:latest`];
    expect((await place.run('skopeo', words)).status).toBe(1);
    expect(server.asked.filter((line) => line.endsWith(basic('deploy', password)))).toEqual([]);
  },
  60_000,
);

test('the user’s other settings stay, and so do builders and plugins', async () => {
  using place = await delivered('docker-config', [login('registry.example.com')], {
    home: { '.docker/config.json': theirs('https://registry.example.com/v2/') },
  });
  const auth = Buffer.from(`deploy:${password}`).toString('base64');
  expect(JSON.parse(place.file('config.json'))).toEqual({
    auths: { 'registry.example.com': { auth }, 'other.example.com': { auth: 'eDp5' } },
    credsStore: 'keychain',
    credHelpers: { 'registry.example.com': '', 'cloud.example.com': 'cloud' },
    proxies: { default: {} },
    cliPluginsExtraDirs: [`${place.home}/.docker/cli-plugins`],
  });
  expect(place.env).toMatchObject({
    DOCKER_CONFIG: place.folder,
    REGISTRY_AUTH_FILE: `${place.folder}/containers-auth.json`,
    BUILDX_CONFIG: `${place.home}/.docker/buildx`,
  });
});

test.each([
  ['https://hub.example.com/v1/', 'https://hub.example.com/v1/'],
  ['images.example.com/team', 'images.example.com'],
])('docker asks no helper for %s, by whatever name it would ask', async (host, askedAs) => {
  for (const own of [
    { credsStore: 'keychain' },
    { credsStore: 'keychain', credHelpers: { [askedAs]: 'keychain' } },
  ]) {
    using place = await delivered('docker-config', [login(host)], {
      home: { '.docker/config.json': JSON.stringify(own) },
    });
    const { credHelpers } = JSON.parse(place.file('config.json')) as { credHelpers: Record<string, string> };
    expect(credHelpers[askedAs]).toBe('');
    expect(Object.values(credHelpers)).not.toContain('keychain');
  }
});

test.each(['{"currentContext":"rootless"}', '[]', 'no JSON', '{"auths":{}', '{"a":1,"a":2}'])(
  'what cannot be copied is refused: %s',
  async (text) => {
    const home = { '.docker/config.json': text };
    expect(
      await failureOf(() => delivered('docker-config', [login('registry.example.com')], { home })),
    ).toMatchObject({
      name: 'CredsError',
    });
    using place = await delivered('docker-config', [login('registry.example.com')], {
      home,
      settings: { merge: 'no' },
    });
    expect(place.file('config.json')).toContain('registry.example.com');
  },
);

test('whatever the password is, it is read back as it was lent', () => {
  fc.assert(
    fc.property(awkward, (secret) => {
      const credential = credentialWith('registry-login', {
        registry: 'r.example.com',
        username: 'u',
        password: secret,
      });
      const { files = {} } = dockerConfig.pack([{ lease: leaseOf([credential]), credential }], placeOf());
      for (const text of Object.values(files)) {
        const { auths } = JSON.parse(text) as { auths: Record<string, { auth: string }> };
        expect(Object.keys(auths)).toEqual(['r.example.com']);
        expect(Buffer.from(auths['r.example.com']?.auth ?? '', 'base64').toString()).toBe(`u:${secret}`);
      }
    }),
  );
});

describe('what was lent cannot be for two, or for all', () => {
  test.each([
    '*',
    '*.example.com',
    'a.example.com\nb',
    'http://a.example.com',
    'https://u:p@a.example.com',
    '__proto__',
  ])('the registry %j', async (host) => {
    expect(await failureOf(() => delivered('docker-config', [login(host)]))).toMatchObject({
      code: 'credential-unusable',
    });
  });

  test('a user name with a colon would be another user', async () => {
    const evil = credentialWith('registry-login', { registry: 'r.example.com', username: 'root:x' });
    expect(await failureOf(() => delivered('docker-config', [evil]))).toMatchObject({
      code: 'credential-unusable',
    });
  });

  test('two for one registry', async () => {
    expect(
      String(
        await failureOf(() => delivered('docker-config', [login('r.example.com'), login('r.example.com')])),
      ),
    ).toContain('same place');
  });

  test('nothing where no registry login was lent', async () => {
    expect(
      String(await failureOf(() => delivered('docker-config', [credentialOf('aws-session')]))),
    ).toContain('nothing to write');
  });
});
