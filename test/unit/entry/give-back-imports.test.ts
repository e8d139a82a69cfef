import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { importsOf, sourcesIn, type Import } from '../../architecture/source.ts';

// What an entry's bundle holds before anything is imported late: node:crypto takes 4 ms to load, HTTP 25.
const root = join(import.meta.dirname, '../../..');
const sources = new Map(sourcesIn(root, 'src').map((file) => [file.path, file]));

function isLoaded({ node }: Import): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  return ts.isExportDeclaration(node) && !node.isTypeOnly;
}

/** The files of ours and the modules of others that a file loads with it. */
function loadedWith(entry: string): string[] {
  const found = new Set([entry]);
  for (const path of found) {
    const file = sources.get(path);
    for (const { specifier = '' } of file === undefined ? [] : importsOf(file).filter(isLoaded))
      found.add(specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier);
  }
  return [...found];
}

const rooms = (paths: readonly string[]): string[] =>
  [
    ...new Set(paths.filter((path) => path.startsWith('src/')).map((path) => path.split('/')[1] ?? '')),
  ].sort();

test('what gives back loads the files and the path of Node, and no package', () => {
  const loaded = loadedWith('src/entry/give-back.ts');
  expect(loaded.filter((path) => !path.startsWith('src/')).sort()).toEqual(['node:fs', 'node:path']);
});

test('what gives back loads nothing of borrowing: no options, no exporters, no redaction, no sources of ID tokens', () => {
  const loaded = loadedWith('src/entry/give-back.ts');
  expect(rooms(loaded)).toEqual([
    'commands',
    'domain',
    'entry',
    'leases',
    'platforms',
    'protocol',
    'providers',
  ]);
  expect(loaded.filter((path) => path.startsWith('src/providers/'))).toEqual(['src/providers/returns.ts']);
  expect(loaded.filter((path) => path.startsWith('src/protocol/')).sort()).toEqual([
    'src/protocol/http.ts',
    'src/protocol/json.ts',
    'src/protocol/workflow-command.ts',
  ]);
  const borrowing = ['acquire', 'trade', 'delivery', 'loan-report', 'suitability', 'undo'];
  for (const name of borrowing) {
    expect(existsSync(join(root, `src/commands/${name}.ts`))).toBe(true);
    expect(loaded).not.toContain(`src/commands/${name}.ts`);
  }
});

test('this list would show them: main loads them all', () => {
  const loaded = loadedWith('src/entry/core.ts');
  expect(rooms(loaded)).toEqual(expect.arrayContaining(['config', 'exporters', 'redaction', 'id-tokens']));
  expect(loaded).toEqual(expect.arrayContaining(['node:crypto', 'node:https', 'src/commands/acquire.ts']));
});

// By a handle, or by the token itself: no signature, which takes a library and a key.
test.each(['broker', 'vault', 'octo-sts', 'crates', 'sts'])('%s takes back without signing', (provider) => {
  const loaded = loadedWith(`src/providers/${provider}-return.ts`);
  expect(loaded.filter((path) => !path.startsWith('src/'))).toEqual([]);
});
