// npm run package: writes build/npm, which is what gets published, so that `npx ephemeral-creds` works where nobody has
// this repository. It is the committed bundles and nothing else: no dependencies, since a consumer of this package.json
// would be given those of our tests, too.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'build/npm');
const contents = [
  'LICENSE',
  'README.md',
  'dist/ephemeral-creds.cjs',
  'dist/ephemeral-creds.licenses.txt',
  'dist/github-event.cjs',
  'dist/github-event.licenses.txt',
  'dist/broker',
];

const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
const published = Object.fromEntries(
  ['name', 'version', 'description', 'license', 'bin', 'engines'].map((name) => [name, own[name]]),
);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of contents) cpSync(join(root, name), join(target, name), { recursive: true });
writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
console.log(`written: build/npm (npm publish build/npm)`);
