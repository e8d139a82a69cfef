/** `broker check` and `policy check` of the built command line. */
import { generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { brokerYaml, githubPolicy } from '../support/broker/test-broker.ts';
import { typed, type Typed } from '../support/client/command-line.ts';

/** Without a key in a folder that no test has. */
const settings = brokerYaml.replace(/^signing_key: .*\n/m, '');
const env = { LEGACY_TOKEN: 'legacy-Secret-value-1' };
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'settings-')));
  mkdirSync(join(folder, 'policies'));
  write('broker.yaml', settings);
  write('policies/p.yaml', githubPolicy);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}
const run = (...words: string[]): Promise<Typed> => typed(words, { cwd: folder, env });

describe('broker check', () => {
  test('of settings that are sound ends with 0, tells what they are, and makes nothing', async () => {
    const before = readdirSync(folder);
    const { status, stdout, stderr } = await run('broker', 'check');
    expect(stdout).toMatch(/^The broker’s settings are sound\.\n/);
    expect(stdout).toMatch(/\nroles {5}deploy-prod, app-ro, legacy, owned\n/);
    expect(stdout).toContain('broker.db.key.pem is not there yet; the first start makes it');
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('tells the same as JSON', async () => {
    const { status, stdout } = await run('broker', 'check', '-c', 'broker.yaml', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      publicUrls: ['https://broker.example.com'],
      roles: ['deploy-prod', 'app-ro', 'legacy', 'owned'],
      policies: 1,
    });
    expect(status).toBe(0);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const authority = createAuthority();
  test.each<readonly [string, () => void, RegExp]>([
    [
      'an unknown key',
      () => {
        write('broker.yaml', `${settings}polices: x\n`);
      },
      /broker\.yaml:\d+: polices: unknown key/,
    ],
    [
      'a policy that does not load',
      () => {
        write('policies/q.yaml', githubPolicy.replace('role: deploy-prod', 'role: nowhere'));
      },
      /q\.yaml:\d+: grants\[0\]\.role: no such role/,
    ],
    [
      'a signing key in a folder that is not there',
      () => {
        write('broker.yaml', `${settings}signing_key: ./nowhere/key.pem\n`);
      },
      /The signing key .* cannot be read or made \(ENOENT\)/,
    ],
    [
      'a signing key that is none',
      () => {
        write('broker.db.key.pem', 'nothing');
      },
      /The signing key .* is not an Ed25519 or P-256 private key/,
    ],
    [
      'an audit key of another kind',
      () => {
        write('broker.db.audit.pem', rsa.export({ type: 'pkcs8', format: 'pem' }).toString());
      },
      /The audit key .* is not an Ed25519 private key/,
    ],
    [
      'a certificate and the key of another',
      () => {
        write('tls.crt', authority.issue().cert);
        write('tls.key', authority.issue().key);
        write(
          'broker.yaml',
          settings.replace(/^tls: off.*$/m, 'tls: { certificate: tls.crt, key: tls.key }'),
        );
      },
      /broker\.yaml:\d+: tls: certificate and key do not serve/,
    ],
  ])('of %s ends with 64 and says where', async (_, change, told) => {
    change();
    const { status, stdout, stderr } = await run('broker', 'check');
    expect(stderr).toMatch(told);
    expect([status, stdout]).toEqual([64, '']);
  });

  test('of a role whose secret is not set ends with 64, and never shows one that is', async () => {
    const { status, stderr } = await typed(['broker', 'check'], { cwd: folder });
    expect([status, stderr]).toEqual([
      64,
      expect.stringMatching(/roles\.legacy\.value: env:LEGACY_TOKEN is not set/),
    ]);
    const sound = await run('broker', 'check', '--json');
    expect(sound.stdout + sound.stderr).not.toContain(env.LEGACY_TOKEN);
  });
});

describe('policy check', () => {
  test.each([
    ['a folder', ['policies']],
    ['a single policy', ['policies/p.yaml']],
    ['broker.yaml', ['broker.yaml']],
    ['with broker.yaml elsewhere', ['policies', '--config', 'broker.yaml']],
  ])('%s that loads: 0, and the set’s version', async (_, words) => {
    const { status, stdout } = await typed(['policy', 'check', ...words], { cwd: folder });
    expect(stdout).toContain(`${join(folder, 'policies/p.yaml')}: sound\n`);
    expect(stdout).toMatch(/\npolicies {2}1, sha256:[0-9a-f]{64}\n$/);
    expect(status).toBe(0);
  });

  test('what does not load is told with file, line and field, all of it', async () => {
    write('policies/q.yaml', githubPolicy.replace('role: deploy-prod', 'role: nowhere'));
    write('policies/r.yaml', `${githubPolicy}polices: x\n`);
    const { status, stdout, stderr } = await run('policy', 'check', 'policies', '--json');
    expect(stderr).toMatch(/q\.yaml:\d+: grants\[0\]\.role: no such role/);
    expect(stderr).toMatch(/r\.yaml:\d+: polices: unknown key/);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'input-invalid' } });
    expect(status).toBe(64);
  });

  test('what the lints warn of is told, and is no failure', async () => {
    write('policies/p.yaml', githubPolicy.replace(/^  event_name: .*\n/m, ''));
    const { status, stdout } = await run('policy', 'check', 'policies');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/\nnote {6}.*p\.yaml:\d+: match/)]);
    expect((await run('broker', 'check')).stdout).toMatch(/\nnote {6}.*p\.yaml:\d+: match/);
  });

  test('neither keys nor secrets have to be there', async () => {
    write('broker.yaml', settings.replace(/^tls: off.*$/m, 'tls: { certificate: no.crt, key: no.key }'));
    expect((await typed(['policy', 'check', 'policies'], { cwd: folder })).status).toBe(0);
    expect(existsSync(join(folder, 'broker.db'))).toBe(false);
  });

  test.each([
    ['no broker.yaml anywhere', ['/proc/self/task'], 'There is no broker.yaml'],
    ['a path that leads nowhere', ['policies/none.yaml'], 'no such file'],
    ['no path', [], 'something is missing'],
  ])('%s ends with 64', async (_, words, told) => {
    const { status, stderr } = await run('policy', 'check', ...words);
    expect([status, stderr]).toEqual([64, expect.stringContaining(told)]);
  });
});
