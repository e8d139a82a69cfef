// kubeconfig, read by the real kubectl against a server with TLS that wants the token.
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { kubeconfig } from '../../../src/exporters/kubeconfig.ts';
import { awkward } from '../../support/awkward.ts';
import { createAuthority } from '../../support/certificates.ts';
import { credentialWith, leaseOf } from '../../support/credentials.ts';
import { delivered } from '../../support/delivered.ts';
import { placeOf } from '../../support/exporters.ts';
import { testWith } from '../../support/peers.ts';
import { failureOf } from '../../support/scan.ts';
import { startWebServer } from '../../support/web-server.ts';

const authority = createAuthority();
const login = (given: Record<string, string | undefined> = {}) =>
  credentialWith('kubernetes-token', { token: 'our-token', caCertificate: authority.cert, ...given });
const theirs = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'theirs',
  clusters: [{ name: 'theirs', cluster: { server: 'https://theirs.example.com' } }],
  users: [{ name: 'theirs', user: { token: 'their-token' } }],
  contexts: [{ name: 'theirs', context: { cluster: 'theirs', user: 'theirs' } }],
});

testWith(
  ['kubectl'],
  'kubectl reaches the cluster with the token, in the namespace; the user’s contexts stay',
  async () => {
    const version = '{"major":"1","minor":"32"}';
    await using server = await startWebServer({
      authority,
      authorization: 'Bearer our-token',
      answer: (_, response) => response.end(version),
    });
    const given = { home: { '.kube/config': theirs }, env: { NO_PROXY: '127.0.0.1' } };
    using place = await delivered('kubeconfig', [login({ server: server.url, namespace: 'apps' })], given);
    expect(await place.run('kubectl', ['get', '--raw', '/version'])).toMatchObject({
      status: 0,
      out: version,
    });
    expect(server.asked.filter((line) => !line.endsWith(' Bearer our-token'))).toEqual([]);
    const view = (path: string) => place.run('kubectl', ['config', 'view', '-o', `jsonpath={${path}}`]);
    expect((await view('.current-context')).out).toBe('role-1');
    expect((await view('.contexts[*].name')).out.split(' ').sort()).toEqual(['role-1', 'theirs']);
    expect((await view('.contexts[?(@.name=="role-1")].context.namespace')).out).toBe('apps');
  },
  60_000,
);

testWith(
  ['kubectl'],
  'kubectl believes no server with another certificate',
  async () => {
    await using server = await startWebServer({
      authority,
      authorization: 'Bearer our-token',
      answer: () => undefined,
    });
    using place = await delivered('kubeconfig', [
      login({ server: server.url, caCertificate: createAuthority('another').cert }),
    ]);
    expect((await place.run('kubectl', ['get', '--raw', '/version'])).err).toContain('certificate');
    expect(server.asked).toEqual([]);
  },
  60_000,
);

test('whatever the token is: read back as it was lent, or refused', () => {
  fc.assert(
    fc.property(awkward, (token) => {
      const credential = login({ token });
      let text = '';
      try {
        const { files = {} } = kubeconfig.pack([{ lease: leaseOf([credential]), credential }], placeOf());
        text = Object.values(files)[0] ?? '';
      } catch (error) {
        expect(error).toMatchObject({ code: 'credential-unusable' });
        return;
      }
      expect(JSON.parse(text)).toMatchObject({ users: [{ name: 'deploy', user: { token } }] });
    }),
  );
});

describe('what was lent cannot lead elsewhere', () => {
  test.each([
    { server: 'http://k8s.example.com' },
    { server: 'https://u:p@k8s.example.com' },
    { server: 'https://k8s.example.com\n' },
    { server: 'k8s.example.com' },
    { namespace: '../../kube-system' },
    { namespace: 'x\ny' },
    { token: 'x\r\nX-Remote-User: root' },
  ])('%j', async (given) => {
    expect(await failureOf(() => delivered('kubeconfig', [login(given)]))).toMatchObject({
      code: 'credential-unusable',
    });
  });
});

test('two clusters are two contexts, the first is the current one; two of one name are refused', async () => {
  using place = await delivered('kubeconfig', [login(), login({ server: 'https://b.example.com' })]);
  expect(JSON.parse(place.file('kubeconfig'))).toMatchObject({
    'current-context': 'role-1',
    contexts: [{ name: 'role-1' }, { name: 'role-2' }],
  });
  expect(place.env['KUBECONFIG']).toBe(`${place.folder}/kubeconfig`);
  expect(
    await failureOf(() => delivered('kubeconfig', [login(), login()], { settings: { context: 'x' } })),
  ).toMatchObject({ code: 'input-invalid' });
});
