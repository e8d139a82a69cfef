// requirements B39: what stands under `admin`, and what is refused there
import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../../src/broker/commands/read-settings.ts';
import type { Settings } from '../../../src/broker/commands/settings.ts';
import { brokerYaml, githubPolicy } from '../../support/broker/test-broker.ts';
import { createAuthority } from '../../support/certificates.ts';
import { testWorld } from '../../support/broker/world.ts';

const authority = createAuthority();

const sound = `admin:
  listen: 10.0.0.5:9443
  tls: { certificate: a.crt, key: a.key, client_ca: ca.crt }
  issuer: { url: https://login.example.com, audience: admin }
  operators:
    - { id: alice, certificate: { subject: "CN=alice" }, rights: [read] }
    - { id: bob, claims: { email: bob@example.com }, rights: [freeze] }
`;

function read(admin: string, main = brokerYaml): Promise<Settings> {
  const world = testWorld();
  world.disk.set('/etc/broker/broker.yaml', main + admin);
  world.disk.set('/etc/broker/policies/p.yaml', githubPolicy);
  for (const [name, text] of [
    ['a.crt', 'certificate'],
    ['a.key', 'key'],
    ['ca.crt', authority.cert],
    ['leaf.crt', authority.issue().cert],
    ['none.crt', 'none'],
  ] as const)
    world.disk.set(`/etc/broker/${name}`, text);
  return readSettings('/etc/broker/broker.yaml', world.files);
}

describe('admin of broker.yaml', () => {
  test('is off where it is not there', async () => {
    expect((await read('')).admin).toBeUndefined();
  });

  test('is read; an email counts only when its issuer has verified it', async () => {
    expect((await read(sound)).admin).toMatchObject({
      listen: { host: '10.0.0.5', port: 9443 },
      tls: { certificate: 'certificate', key: 'key', clientCa: authority.cert },
      issuer: { url: 'https://login.example.com', audience: 'admin', maxAgeSeconds: 3600 },
      operators: [
        { id: 'alice', rights: ['read'], knownBy: { kind: 'subject', subject: 'CN=alice' } },
        { id: 'bob', knownBy: { claims: { email: 'bob@example.com', email_verified: true } } },
      ],
    });
  });

  test('an issuer of jobs may be one of operators who are known by their sub', async () => {
    const admin = sound
      .replace('https://login.example.com', 'https://gitlab.example.com')
      .replace('email: bob@example.com', 'sub: "42"');
    expect((await read(admin)).admin?.operators[1]?.knownBy).toEqual({
      kind: 'claims',
      claims: { sub: '42' },
    });
  });

  test('a fingerprint is taken with colons and capitals', async () => {
    const fingerprint = `"${'AB:'.repeat(31)}AB"`;
    const { admin } = await read(sound.replace('subject: "CN=alice"', `fingerprint: ${fingerprint}`));
    expect(admin?.operators[0]?.knownBy).toEqual({ kind: 'fingerprint', fingerprint: 'ab'.repeat(32) });
  });

  test('plain http is taken on this machine, with ID tokens', async () => {
    const admin = sound
      .replace('10.0.0.5', '127.0.0.1')
      .replace(/tls: .*/, 'tls: off')
      .replace(/.*alice.*\n/, '');
    expect((await read(admin)).admin).toMatchObject({ tls: undefined });
  });

  test.each<[string, (yaml: string) => string, RegExp]>([
    ['no TLS elsewhere', (y) => y.replace(/tls: .*/, 'tls: off'), /admin\.tls: off only on 127\.0\.0\.1/],
    [
      'the address of the jobs',
      (y) => y.replace('10.0.0.5:9443', '127.0.0.1:8443'),
      /admin\.listen: must be another/,
    ],
    [
      'a public URL as audience',
      (y) => y.replace('audience: admin', 'audience: https://broker.example.com'),
      /admin\.issuer\.audience: must be another/,
    ],
    [
      'an issuer of jobs, whose tokens have their person’s groups',
      (y) =>
        y
          .replace('https://login.example.com', 'https://gitlab.example.com')
          .replace('email: bob@', 'groups_direct: bob@'),
      /operators\[1\]\.claims: name the sub as well/,
    ],
    ['no audience', (y) => y.replace(', audience: admin', ''), /admin\.issuer\.audience/],
    ['no operator', (y) => y.replace(/operators:[^]*/, 'operators: []\n'), /name at least one operator/],
    [
      'a certificate that nobody checks',
      (y) => y.replace(', client_ca: ca.crt', ''),
      /operators\[0\]\.certificate: nobody checks it/,
    ],
    [
      'claims that nobody signs',
      (y) => y.replace(/ {2}issuer: .*\n/, ''),
      /operators\[1\]\.claims: nobody signs them/,
    ],
    ['an authority that is none', (y) => y.replace('ca.crt', 'leaf.crt'), /client_ca: no certificate of an/],
    [
      'an authority that is no PEM',
      (y) => y.replace('ca.crt', 'none.crt'),
      /client_ca: no certificate of an/,
    ],
    ['an id twice', (y) => y.replace('id: bob', 'id: alice'), /operators\[1\]: the same id or credential/],
    ['a right that is none', (y) => y.replace('[freeze]', '[thaw]'), /operators\[1\]\.rights/],
    ['no right', (y) => y.replace('[freeze]', '[]'), /name at least one of read, revoke, freeze/],
    [
      'no credential',
      (y) => y.replace(', claims: { email: bob@example.com }', ''),
      /operators\[1\]: say by what it is known/,
    ],
    [
      'a claim that is judged already',
      (y) => y.replace('email: bob@example.com', 'iss: https://login.example.com'),
      /operators\[1\]\.claims: of these the broker judges/,
    ],
    [
      'a claim that names nobody',
      (y) => y.replace('email: bob@example.com', 'email_verified: true'),
      /operators\[1\]\.claims: name at least one claim/,
    ],
    ['a fingerprint that is none', (y) => y.replace('subject: "CN=alice"', 'fingerprint: ab'), /64 hex/],
    ['a misspelt key', (y) => y.replace('client_ca', 'client_cas'), /unknown key/],
    [
      'an issuer that is no URL',
      (y) => y.replace('https://login.example.com', 'login'),
      /admin\.issuer: not a URL/,
    ],
  ])('%s is refused', async (_, change, message) => {
    const main = brokerYaml.replace('listen: 127.0.0.1:0', 'listen: 127.0.0.1:8443');
    await expect(read(change(sound), main)).rejects.toThrow(message);
  });
});
