// moto plays AWS for test/integration/aws-moto.test.ts. Python's packages are no Debian packages here: they lie in a
// folder of their own, by version, beside nobody's else.
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { motoFolder, motoPackages, findMoto } from '../../test/support/programs.ts';

const limited: SpawnSyncOptions = { stdio: 'ignore', timeout: 300_000 };

/** @returns a line about what was done; undefined when there was nothing to do */
export function installMoto(mayInstall: boolean): string | undefined {
  if (findMoto() !== undefined) return undefined;
  const folder = motoFolder();
  const words = ['install', '--quiet', '--no-input', '--disable-pip-version-check', ...motoPackages];
  if (!makeFolder(folder)) {
    const venv = ['install', '-y', '-qq', '--no-install-recommends', 'python3-venv'];
    if (mayInstall) spawnSync('apt-get', venv, limited);
    if (!makeFolder(folder)) return `missing: moto (apt-get ${venv.join(' ')}; npm run peers)`;
  }
  spawnSync(`${folder}/bin/pip`, words, limited);
  if (findMoto() !== undefined) return `installed: ${motoPackages.join(' ')} in ${folder}`;
  rmSync(folder, { recursive: true, force: true });
  return `missing: moto (pip ${words.join(' ')})`;
}

function makeFolder(folder: string): boolean {
  if (existsSync(`${folder}/bin/pip`)) return true;
  return spawnSync('python3', ['-m', 'venv', folder], limited).status === 0;
}
