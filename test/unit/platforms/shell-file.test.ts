/** The file that a job’s shells read, as several commands write to it at a time; the files are real. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Files, Host } from '../../../src/domain/host.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { addToShellFile } from '../../../src/platforms/shell-file.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shell-file-'));
  path = join(folder, 'env.sh');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const hostWith = (files: Partial<Files> = {}): Host => ({ files: { ...realFiles, ...files } }) as Host;

test('C37 a command that was a moment slower to make the file adds to the other’s', () => {
  const faster = hostWith();
  const slower = hostWith({
    create: (at, text) => {
      addToShellFile(at, faster).add('one\n');
      realFiles.create(at, text);
    },
  });
  addToShellFile(path, slower).add('two\n');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what was added is taken back, and what others added stays', () => {
  const [one, two] = [addToShellFile(path, hostWith()), addToShellFile(path, hostWith())];
  one.add('one\n');
  two.add('two\n');
  one.takeBack();
  expect(readFileSync(path, 'utf8')).toBe('two\n');
  two.takeBack();
  expect(existsSync(path)).toBe(false);
});

test('nothing is written through a link that leads nowhere, nor where no file can be made', () => {
  symlinkSync(join(folder, 'elsewhere'), path);
  expect(() => {
    addToShellFile(path, hostWith()).add('one\n');
  }).toThrow('cannot be written to');
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
  expect(() => {
    addToShellFile(join(folder, 'no', 'env.sh'), hostWith()).add('one\n');
  }).toThrow('cannot be written to');
});
