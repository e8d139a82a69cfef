/** What an `export` line leaves behind for the steps that follow: real files, in a place of the test's own. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { text as textOf } from 'node:stream/consumers';
import { findRoute, packAll } from '../../src/commands/delivery.ts';
import { usersFiles } from '../../src/commands/users-files.ts';
import type { Credential } from '../../src/domain/credential.ts';
import { realFiles } from '../../src/entry/files.ts';
import { leaseOf } from './credentials.ts';

interface Given {
  readonly settings?: Readonly<Record<string, string>>;
  /** Path below the home folder → text. */
  readonly home?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Delivered extends Disposable {
  /** Of a later step, with what it needs to find programs. */
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly folder: string;
  /** Runs a program there; it has a minute. */
  run(program: string, words: readonly string[], more?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Text of a file that was delivered. */
  file(name: string): string;
}

/** @param credentials each on a lease of its own, `role-1`, `role-2` … */
export async function delivered(
  exporter: string,
  credentials: readonly Credential[],
  { settings = {}, home: files = {}, env = {} }: Given = {},
): Promise<Delivered> {
  using clearing = new DisposableStack();
  const root = clearing.adopt(realpathSync(mkdtempSync(join(tmpdir(), 'delivered-'))), remove);
  const [home, folder] = [join(root, 'home'), join(root, 'ours', '0123456789abcdef')];
  const work = join(root, 'work');
  for (const each of [home, work]) mkdirSync(each);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text, { mode: 0o600 });
  }
  const before = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env, HOME: home };
  const route = await findRoute({ exporter, settings });
  const leases = credentials.map((each, index) => leaseOf([each], { role: `role-${String(index + 1)}` }));
  const parcel = await packAll(leases, [route], { folder, ...usersFiles({ env: before, files: realFiles }) });
  for (const [path, text] of Object.entries(parcel.files)) {
    realFiles.makePrivateFolder(dirname(path));
    realFiles.create(path, text);
  }
  const led = Object.entries(parcel.pointers).map(([name, { value }]) => [name, value]);
  const after = { ...before, ...parcel.variables, ...(Object.fromEntries(led) as Record<string, string>) };
  clearing.move();
  return {
    env: after,
    home,
    folder,
    run: async (program, words, more = {}) => {
      const child = spawn(program, words, {
        env: { ...after, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
        cwd: work,
      });
      const [out, err, status] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        new Promise<number | null>((done, fail) => {
          child.once('error', fail);
          child.once('close', done);
        }),
      ]);
      return { status, out, err };
    },
    file: (name) => readFileSync(join(folder, name), 'utf8'),
    [Symbol.dispose]: () => {
      remove(root);
    },
  };
}

function remove(root: string): void {
  rmSync(root, { recursive: true, force: true });
}
