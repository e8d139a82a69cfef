// Writes scripts/start-up/called-at-start.json: the functions that the usual jobs call, by the files of dist and their names.
// `npm run build` has V8 compile them with their file (docs/decisions/0009). An old list costs milliseconds, nothing else;
// test/e2e/compiled-at-once.test.ts says when it is too old. `npm run profile`, after a build and before another.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { calledOfDist } from '../bench/client/called.ts';
import { namesAt } from './start-up/compiled-at-once.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'profile-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true });
});

const lists: Record<string, string[]> = {};
for (const [name, functions] of await calledOfDist(folder)) {
  const starts = new Set(functions.filter(({ isCalled }) => isCalled).map(({ start }) => start));
  const names = [...namesAt(readFileSync(join(root, 'dist', name), 'utf8'), starts)];
  if (names.length > 0) lists[name] = names.sort();
}
const file = join(root, 'scripts/start-up/called-at-start.json');
writeFileSync(file, await format(JSON.stringify(lists), { parser: 'json' }));
