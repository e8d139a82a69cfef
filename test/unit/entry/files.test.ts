import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { realFiles as files } from '../../../src/entry/files.ts';

let folder: string;
let path: string;
let elsewhere: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  path = join(folder, 'file');
  elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, 'theirs');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a file is made', () => {
  test('for the owner alone, and only where there is none', () => {
    files.create(path, 'ä\n');
    expect(readFileSync(path, 'utf8')).toBe('ä\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => {
      files.create(path, 'again');
    }).toThrow('EEXIST');
  });

  test('in one step, where a reader sees the old or the new: no draft stays', () => {
    files.create(path, 'old');
    files.replace(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'file']);
  });

  test('and leaves no draft where that fails', () => {
    mkdirSync(path);
    expect(() => {
      files.replace(path, 'new');
    }).toThrow();
    expect(readdirSync(folder).toSorted()).toEqual(['elsewhere', 'file']);
  });

  test('through no link: the link is replaced, what it leads to stays', () => {
    symlinkSync(elsewhere, path);
    expect(() => {
      files.create(path, 'x');
    }).toThrow('EEXIST');
    files.replace(path, 'ours');
    expect(readFileSync(elsewhere, 'utf8')).toBe('theirs');
    expect(readFileSync(path, 'utf8')).toBe('ours');
  });
});

describe('a file is appended to', () => {
  test.each([true, false])('at its end (synced: %j)', (synced) => {
    writeFileSync(path, 'a');
    files.append(path, 'b', synced);
    expect(readFileSync(path, 'utf8')).toBe('ab');
  });

  test('only if it is there, a file, and no link', () => {
    const append = (): void => {
      files.append(path, 'b', true);
    };
    expect(append).toThrow('ENOENT');
    symlinkSync(elsewhere, path);
    expect(append).toThrow('ELOOP');
    expect(readFileSync(elsewhere, 'utf8')).toBe('theirs');
    expect(() => {
      files.append('/dev/null', 'b', true);
    }).toThrow('not a regular file');
  });
});

describe('a file is read', () => {
  test('up to a length, and not at all beyond it', () => {
    expect(files.read(elsewhere, 6)).toBe('theirs');
    expect(files.read(elsewhere, 5)).toBeUndefined();
  });

  test('only if there is one', () => {
    expect(files.read(path, 9)).toBeUndefined();
    expect(files.read(folder, 1_000_000)).toBeUndefined();
  });
});

describe('a file is erased', () => {
  test('with its bytes: who still has it open reads zeros', () => {
    files.create(path, 's3cret');
    const reader = openSync(path, 'r');
    expect(files.erase(path)).toBe(true);
    expect(readFileSync(reader)).toEqual(Buffer.alloc(6));
    closeSync(reader);
    expect(existsSync(path)).toBe(false);
    expect(files.erase(path)).toBe(false);
  });

  test('but what a link leads to, and what has another name, is someone else’s', () => {
    symlinkSync(elsewhere, path);
    files.erase(path);
    linkSync(elsewhere, path);
    files.erase(path);
    expect(readFileSync(elsewhere, 'utf8')).toBe('theirs');
    expect(existsSync(path)).toBe(false);
  });
});

describe('a folder', () => {
  test('is made for the owner alone, with those above it; twice is no error', () => {
    const deep = join(folder, 'a', 'b');
    files.makePrivateFolder(deep);
    files.makePrivateFolder(deep);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  test.each<readonly [string, () => void]>([
    [
      'others may read',
      () => {
        mkdirSync(path, { mode: 0o755 });
      },
    ],
    [
      'is a link',
      () => {
        mkdirSync(join(folder, 'd'), { mode: 0o700 });
        symlinkSync(join(folder, 'd'), path);
      },
    ],
  ])('that %s is refused', (_, prepare) => {
    prepare();
    expect(() => {
      files.makePrivateFolder(path);
    }).toThrow('not private');
  });

  test('is looked for to an end where none can be made', () => {
    const into = join(folder, 'nowhere');
    symlinkSync(join(folder, 'gone', 'away'), into);
    const makes = (where: string): string => {
      const text = `
        import { realFiles } from ${JSON.stringify(import.meta.resolve('../../../src/entry/files.ts'))};
        try { realFiles.makePrivateFolder(${JSON.stringify(where)}); } catch ({ code }) { console.log(code); }`;
      // In a process of its own: what does not end here is not ended by the test's limit either.
      return spawnSync(process.execPath, ['--input-type=module', '-e', text], {
        encoding: 'utf8',
        timeout: 20_000,
      }).stdout;
    };
    expect(makes(join(into, 'a', 'b'))).toBe('ENOENT\n');
    const proc = existsSync('/proc/self') ? '/proc/self' : into;
    expect(makes(join(proc, 'nowhere', 'a'))).toBe('ENOENT\n');
    expect(makes(join(elsewhere, 'a', 'b'))).toBe('ENOTDIR\n');
  });

  test('is listed; where there is none it is empty', () => {
    expect(files.list(folder)).toEqual(['elsewhere']);
    expect(files.list(path)).toEqual([]);
    expect(files.list(elsewhere)).toEqual([]);
  });

  test('is removed only when nothing is in it', () => {
    mkdirSync(path);
    files.removeIfEmpty(folder);
    files.removeIfEmpty(path);
    files.removeIfEmpty(path);
    expect(readdirSync(folder)).toEqual(['elsewhere']);
  });
});
