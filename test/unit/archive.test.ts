import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// A job downloads the archive of the commit that it names: what export-ignore leaves of it.
const root = join(import.meta.dirname, '../..');
const tar = execFileSync('git', ['archive', '--format=tar', 'HEAD'], { cwd: root, maxBuffer: 1 << 28 });
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  execFileSync('tar', ['-xf', '-', '-C', folder], { input: tar });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('what a job downloads is at most 600 kB', () => {
  expect(gzipSync(tar).length).toBeLessThanOrEqual(600_000);
});

test('it holds what a job needs, and nothing else', () => {
  const listed = execFileSync('tar', ['-tf', '-'], { input: tar }).toString().split('\n');
  expect(listed.filter((name) => name !== '' && !name.endsWith('/')).sort()).toEqual([
    'LICENSE',
    'README.md',
    'action.yml',
    'dist/action.cjs',
    'dist/action.licenses.txt',
    'dist/aside/aws-profile.cjs',
    'dist/aside/aws-signature.cjs',
    'dist/aside/aws.cjs',
    'dist/aside/azure.cjs',
    'dist/aside/broker-return-signed.cjs',
    'dist/aside/broker-return.cjs',
    'dist/aside/client-identity.cjs',
    'dist/aside/crates-return.cjs',
    'dist/aside/crates.cjs',
    'dist/aside/deferred.cjs',
    'dist/aside/docker-config.cjs',
    'dist/aside/dry-run.cjs',
    'dist/aside/environment.cjs',
    'dist/aside/file.cjs',
    'dist/aside/gcp-adc.cjs',
    'dist/aside/gcp.cjs',
    'dist/aside/git-credential.cjs',
    'dist/aside/gitlab-variable.cjs',
    'dist/aside/id-token-for-return.cjs',
    'dist/aside/job-key.cjs',
    'dist/aside/keep-alive.cjs',
    'dist/aside/kubeconfig.cjs',
    'dist/aside/netrc.cjs',
    'dist/aside/npm.cjs',
    'dist/aside/npmrc.cjs',
    'dist/aside/octo-sts-return.cjs',
    'dist/aside/octo-sts.cjs',
    'dist/aside/open-jwe.cjs',
    'dist/aside/params-2.cjs',
    'dist/aside/params.cjs',
    'dist/aside/pgpass.cjs',
    'dist/aside/proxied-request.cjs',
    'dist/aside/pypi.cjs',
    'dist/aside/pypirc.cjs',
    'dist/aside/session.cjs',
    'dist/aside/ssh-agent.cjs',
    'dist/aside/ssh-agents.cjs',
    'dist/aside/ssh-key.cjs',
    'dist/aside/ssh.cjs',
    'dist/aside/static-keys.cjs',
    'dist/aside/sts-return.cjs',
    'dist/aside/sts.cjs',
    'dist/aside/undo.cjs',
    'dist/aside/vault-return.cjs',
    'dist/aside/vault.cjs',
    'dist/aside/work-tree.cjs',
    'dist/gate/action.cjs',
    'dist/gate/index.cjs',
    'dist/gate/index.licenses.txt',
    'dist/github-event.cjs',
    'dist/github-event.licenses.txt',
    'dist/give-back.cjs',
    'dist/give-back.licenses.txt',
    'dist/give-back/action-inputs.cjs',
    'dist/give-back/broker-return-signed.cjs',
    'dist/give-back/broker-return.cjs',
    'dist/give-back/client-identity.cjs',
    'dist/give-back/crates-return.cjs',
    'dist/give-back/environment.cjs',
    'dist/give-back/file.cjs',
    'dist/give-back/gitlab-variable.cjs',
    'dist/give-back/id-token-for-return.cjs',
    'dist/give-back/kept-mark.cjs',
    'dist/give-back/octo-sts-return.cjs',
    'dist/give-back/proxied-request.cjs',
    'dist/give-back/ssh-agent.cjs',
    'dist/give-back/ssh-agents.cjs',
    'dist/give-back/sts-return.cjs',
    'dist/give-back/transport.cjs',
    'dist/give-back/vault-return.cjs',
    'dist/main.cjs',
    'dist/post.cjs',
    'dist/revoke.cjs',
    'gate/action.yml',
    'package.json',
    'revoke/action.yml',
  ]);
});

test('C44 what it holds requires nothing but Node’s own modules and itself', () => {
  const bundles = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
  const wanted = bundles
    .filter((name) => name.endsWith('.cjs'))
    .flatMap((name) =>
      [
        ...readFileSync(join(folder, 'dist', name), 'utf8').matchAll(/\brequire\(\s*(["'])([^"']+)\1\s*\)/g),
      ].map(([, , what = '']) => (what.startsWith('.') ? join(dirname(name), what) : what)),
    );
  expect(new Set(wanted).size).toBeGreaterThan(5);
  expect(wanted.filter((what) => !isBuiltin(what) && !bundles.includes(what))).toEqual([]);
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>;
  };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)/.test(name))).toEqual([]);
});

test('C44 our own workflows name the actions of others by commit, and start with no permission', () => {
  const workflows = join(root, '.github/workflows');
  for (const name of readdirSync(workflows)) {
    const text = readFileSync(join(workflows, name), 'utf8');
    const used = [...text.matchAll(/\buses:\s*(\S+)/g)].map(([, what = '']) => what);
    expect(used.filter((what) => !what.startsWith('./') && !/@[0-9a-f]{40}$/.test(what))).toEqual([]);
    expect(text).toMatch(/^permissions: *(\{\}|read-all|\n {2}contents: read\n(?! ))/m);
  }
});

test('its gate checks a repository', () => {
  const home = mkdtempSync(join(tmpdir(), 'gate-'));
  try {
    const { status, stdout } = spawnSync(process.execPath, [join(folder, 'dist/gate/action.cjs')], {
      cwd: home,
      env: {},
      encoding: 'utf8',
    });
    expect(stdout).toContain('0 files read: 0 errors');
    expect(status).toBe(0);
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('its main door starts, and says that this is no CI job', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'dist/main.cjs')], {
    env: {},
    encoding: 'utf8',
  });
  expect(stdout).toContain('[input-invalid]');
  expect(status).toBe(64);
});
