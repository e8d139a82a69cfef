// Installs the programs that some tests need beside Node, npm and git. `npm run peers`. Without root, or without apt, it
// only says what is missing; those tests are then skipped, each with a line that says so.
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPython } from './python.ts';

/** Program → package (Debian, Ubuntu). */
const peers: Readonly<Record<string, string>> = {
  bash: 'bash',
  busybox: 'busybox',
  chromium: 'chromium',
  curl: 'curl',
  dash: 'dash',
  fish: 'fish',
  kubectl: 'kubernetes-client',
  postgres: 'postgresql',
  python3: 'python3',
  rsync: 'rsync',
  skopeo: 'skopeo',
  sshd: 'openssh-server',
  strace: 'strace',
  unshare: 'util-linux',
  zsh: 'zsh',
};

const works = (program: string, ...words: string[]): boolean =>
  spawnSync(program, words, { stdio: 'ignore' }).status === 0;
// Debian keeps servers out of PATH.
const has = (name: string): boolean =>
  works('sh', '-c', `command -v ${name}`) ||
  works('sh', '-c', `ls /usr/sbin/${name} /usr/lib/postgresql/*/bin/${name} 2>/dev/null | grep .`);
const missing = Object.keys(peers).filter((name) => !has(name));
const quietly: SpawnSyncOptions = { stdio: ['ignore', 'ignore', 'inherit'] };
const may = process.getuid?.() === 0 && works('sh', '-c', 'command -v apt-get');

/** Tests start servers of their own: the package is not to leave one running. */
function refuseCluster(): void {
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql-common'], quietly);
  const settings = '/etc/postgresql-common/createcluster.conf';
  spawnSync('pg_conftool', [settings, 'set', 'create_main_cluster', 'off'], quietly);
}

if (missing.length > 0) {
  const packages = missing.map((name) => peers[name] ?? name);
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages] as const;
  if (may) {
    spawnSync('apt-get', ['update', '-qq'], quietly);
    if (missing.includes('postgres')) refuseCluster();
    spawnSync(install[0], install.slice(1), quietly);
    // Not every distribution has them all, and one that is not there keeps out the rest.
    for (const name of missing.filter((each) => !has(each)))
      spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', peers[name] ?? name], quietly);
    if (missing.includes('sshd'))
      spawnSync('systemctl', ['disable', '--now', 'ssh.service'], { stdio: 'ignore' });
  }
  const left = missing.filter((name) => !has(name));
  console.log(
    left.length === 0
      ? `installed: ${packages.join(' ')}`
      : `missing: ${left.join(' ')} (${install.join(' ')})`,
  );
}

for (const line of installPython(may)) console.log(line);

const unavailable = readFileSync(join(import.meta.dirname, 'UNAVAILABLE'), 'utf8');
for (const line of unavailable.split('\n').filter((each) => /^\w/.test(each)))
  console.log(`not to be had: ${line}`);
