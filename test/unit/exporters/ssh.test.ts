import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Parcel } from '../../../src/exporters/exporter.ts';
import { ssh } from '../../../src/exporters/ssh.ts';
import { makeSshKey } from '../../../src/protocol/ssh-key.ts';
import { findProvider } from '../../../src/providers/registry.ts';
import { credentialOf, ends, leaseOf, sshKey } from '../../support/credentials.ts';
import { testWith } from '../../support/peers.ts';
import { placeOf } from '../../support/exporters.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea';
const lent = [
  { lease: leaseOf([]), credential: credentialOf('bearer-token') },
  { lease: leaseOf([]), credential: credentialOf('ssh-certificate') },
];

const pack = (settings: Record<string, string> = {}, folder = '/tmp/creds/run'): Parcel =>
  ssh.pack(
    lent,
    placeOf({ settings, folder, sshKey, socket: `${folder}/agent.sock`, env: { SSH_AUTH_SOCK: '/theirs' } }),
  );

/** What ssh makes of the configuration. */
function readBySsh({ files = {}, pointers }: Parcel): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }
  return execFileSync(
    'ssh',
    ['-G', '-F', pointers?.['EPHEMERAL_SSH_CONFIG']?.value ?? '', 'app.example.com'],
    {
      encoding: 'utf8',
    },
  );
}

function withFolder(name: string, body: (folder: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'ec-ssh-'));
  try {
    body(join(root, name));
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('settings', () => {
  test.each([
    [{ 'known-hosts': '.github/known_hosts' }],
    [{ 'known-hosts': '/srv/${HOME}' }],
    [{ 'known-hosts': '/srv/a"b' }],
    [{ 'host-ca': '*.example.com' }],
    [{ 'host-ca': `*.example.com,ssh-ed25519,${key}\n` }],
    [{ 'host-key': `a b,ssh-ed25519,${key}` }],
    [{ 'host-key': `a,ssh-rsa,not base64` }],
    [{ git: 'true' }],
    [{ 'strict-host-key-checking': 'no' }],
    [{ agent: 'true' }],
    [{ agent: 'yes', 'agent-program': 'bin/ssh-agent' }],
    [{ 'agent-program': '/usr/bin/ssh-agent' }],
  ])('%j is refused before anything is sent', async (settings) => {
    expect(
      await failureOf(() => {
        ssh.check(settings);
      }),
    ).toMatchObject({ code: 'input-invalid' });
  });

  test.each([
    [{ 'host-ca': `*.example.com,10.0.0.1,ssh-ed25519,${key}` }],
    [{ 'host-key': `[app.example.com]:2222,ecdsa-sha2-nistp256,${key}`, git: 'yes' }],
    [{ 'known-hosts': '/srv/known_hosts' }],
    [{ agent: 'instead', 'agent-program': '/opt/openssh/bin/ssh-agent' }],
  ])('%j is taken', (settings) => {
    expect(() => {
      ssh.check(settings);
    }).not.toThrow();
  });
});

testWith(['sshd'], 'ssh reads the configuration as it is meant, whatever the folder is called', () => {
  withFolder("a b%h 'c'", (folder) => {
    const shown = readBySsh(pack({ 'host-ca': `*.example.com,ssh-ed25519,${key}`, git: 'yes' }, folder));
    const shownPath = folder.replaceAll('%', '%%');
    expect(shown).toContain(`identityfile ${shownPath}/ssh-key\n`);
    expect(shown).toContain(`certificatefile ${shownPath}/ssh-key-cert.pub\n`);
    expect(shown).toMatch(/^stricthostkeychecking true$/m);
    expect(shown).toMatch(/^identityagent none$/m);
    expect(shown).toMatch(/^identitiesonly yes$/m);
    expect(shown).toMatch(/^globalknownhostsfile none$/m);
    const found = execFileSync('ssh-keygen', [
      '-F',
      'app.example.com',
      '-f',
      join(folder, 'ssh-known-hosts'),
    ]);
    expect(found.toString()).toContain(key);
    const said = execFileSync('sh', [
      '-c',
      `set -- ${pack({ git: 'yes' }, folder).pointers?.['GIT_SSH_COMMAND']?.value ?? ''}; echo "$3"`,
    ]);
    expect(said.toString().trimEnd()).toBe(join(folder, 'ssh-config'));
  });
});

testWith(['sshd'], 'with an agent no file has the key, and ssh asks that agent and no other', () => {
  withFolder("a b%h 'c'", (folder) => {
    const parcel = pack({ agent: 'yes' }, folder);
    expect(JSON.stringify(parcel.files)).not.toContain('PRIVATE KEY');
    expect(Object.keys(parcel.files ?? {})).not.toContain(join(folder, 'ssh-key'));
    expect(parcel.pointers).toMatchObject({
      SSH_AUTH_SOCK: { value: `${folder}/agent.sock`, after: '/theirs' },
    });
    expect(parcel.identities?.map(({ certificate }) => certificate !== undefined)).toEqual([true, false]);
    expect(parcel.identities?.map(({ endsAt }) => endsAt)).toEqual([ends, ends]);
    const shown = readBySsh(parcel);
    expect(shown).toContain(`identityagent ${folder}/agent.sock\n`);
    expect(shown).toContain(`/ssh-key.pub\n`);
    expect(shown).toMatch(/^forwardagent no$/m);
  });
  expect(Object.keys(pack().pointers ?? {})).toEqual(['EPHEMERAL_SSH_CONFIG']);
  expect(pack().identities).toBeUndefined();
});

testWith(['sshd'], 'a file of known hosts is used beside what stands in the line, and alone', () => {
  withFolder('x', (folder) => {
    const alone = readBySsh(pack({ 'known-hosts': '/srv/known_hosts' }, folder));
    expect(alone).toMatch(/^userknownhostsfile \/srv\/known_hosts$/m);
    const both = readBySsh(
      pack({ 'known-hosts': '/srv/known_hosts', 'host-key': `a,ssh-ed25519,${key}` }, folder),
    );
    expect(both).toContain(`userknownhostsfile ${folder}/ssh-known-hosts /srv/known_hosts\n`);
    expect(readBySsh(pack({}, folder))).toMatch(/^userknownhostsfile .*\.ssh\/known_hosts/m);
  });
});

test.each([
  ['aws', { roles: [{ role: 'arn:aws:iam::123456789012:role/deploy' }], region: 'eu-west-1', params: {} }],
  ['sts', { roles: [], params: { 'token-endpoint': 'https://sts.example.com/token' } }],
])('%s lends nothing for a key, and says so before anything is sent', async (name, wish) => {
  const provider = await findProvider(name);
  const configure = (publicKey?: string): unknown => provider.configure({ ...wish, publicKey, facts: {} });
  expect(configure()).toBeDefined();
  const error = await failureOf(() => configure(sshKey.publicLine));
  expect(error).toMatchObject({ code: 'input-invalid' });
  expect(String(error)).toContain('names `ssh`');
});

test('a folder that ssh would read as something else is refused', async () => {
  for (const folder of ['/tmp/a"b', '/tmp/${HOME}', '/tmp/a\\b', '/tmp/a\nb'])
    expect(await failureOf(() => pack({}, folder))).toMatchObject({ code: 'input-invalid' });
});

test('a certificate for another key, or several lines of it, is not delivered', async () => {
  const credential = credentialOf('ssh-certificate');
  if (credential.kind !== 'ssh-certificate') throw new Error('another kind');
  const refusedWith = (certificate: string, mine = sshKey): Promise<unknown> =>
    failureOf(() =>
      ssh.pack(
        [
          {
            lease: leaseOf([]),
            credential: { ...credential, fields: { ...credential.fields, certificate } },
          },
        ],
        placeOf({ folder: '/tmp/x', sshKey: mine }),
      ),
    );
  const { certificate } = credential.fields;
  for (const error of [
    await refusedWith(certificate, makeSshKey()),
    await refusedWith(`${certificate}\nHost *`),
    await refusedWith(certificate.replace('-cert-v01@openssh.com', '')),
  ]) {
    expect(error).toMatchObject({ code: 'credential-unusable' });
    expect(everythingIn(error)).not.toContain('PRIVATE KEY');
  }
});

testWith(['sshd'], 'ssh-keygen reads the private half, and finds the public one in it', () => {
  withFolder('x', (folder) => {
    mkdirSync(folder);
    for (let time = 0; time < 8; time++) {
      const { privateText, publicLine } = makeSshKey();
      const path = join(folder, `id-${String(time)}`);
      writeFileSync(path, privateText.reveal());
      chmodSync(path, 0o600);
      expect(execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()).toBe(publicLine);
      expect(String(privateText)).toBe('[secret]');
    }
  });
});
