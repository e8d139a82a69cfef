// Python programs that tests use: moto plays AWS, twine reads a .pypirc. Python's packages are no Debian packages here: each
// lies in a folder of its own, by version, beside nobody's else.
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import {
  findMoto,
  findTwine,
  motoFolder,
  motoPackages,
  twineFolder,
  twinePackages,
} from '../../test/support/programs.ts';

interface Installed {
  readonly name: string;
  readonly folder: string;
  readonly packages: readonly string[];
  readonly find: () => string | undefined;
}

const programs: readonly Installed[] = [
  { name: 'moto', folder: motoFolder(), packages: motoPackages, find: findMoto },
  { name: 'twine', folder: twineFolder(), packages: twinePackages, find: findTwine },
];
const limited: SpawnSyncOptions = { stdio: 'ignore', timeout: 300_000 };

/** @returns lines about what was done; none when there was nothing to do */
export function installPython(mayInstall: boolean): string[] {
  return programs.flatMap((each) => (each.find() === undefined ? [install(each, mayInstall)] : []));
}

function install({ name, folder, packages, find }: Installed, mayInstall: boolean): string {
  const words = ['install', '--quiet', '--no-input', '--disable-pip-version-check', ...packages];
  if (!makeFolder(folder)) {
    const venv = ['install', '-y', '-qq', '--no-install-recommends', 'python3-venv'];
    if (mayInstall) spawnSync('apt-get', venv, limited);
    if (!makeFolder(folder)) return `missing: ${name} (apt-get ${venv.join(' ')}; npm run peers)`;
  }
  spawnSync(`${folder}/bin/pip`, words, limited);
  if (find() !== undefined) return `installed: ${packages.join(' ')} in ${folder}`;
  rmSync(folder, { recursive: true, force: true });
  return `missing: ${name} (pip ${words.join(' ')})`;
}

function makeFolder(folder: string): boolean {
  if (existsSync(`${folder}/bin/pip`)) return true;
  return spawnSync('python3', ['-m', 'venv', folder], limited).status === 0;
}
