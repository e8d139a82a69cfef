import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { codes } from '../src/domain/errors.ts';
import { wrongFamilies, wrongImports } from './architecture/floors.ts';
import { longFiles, namesThatSayNothing, wrongTests } from './architecture/habits.ts';
import { effectsAtImport } from './architecture/import-time.ts';
import { reachesOutside } from './architecture/outside-world.ts';
import { source, sourcesIn } from './architecture/source.ts';

const root = join(import.meta.dirname, '..');
const src = sourcesIn(root, 'src');
const tests = sourcesIn(root, 'test');
const others = ['scripts', 'demo', 'bench'].flatMap((folder) => sourcesIn(root, folder));
const outsideEntry = src.filter(({ path }) => !path.startsWith('src/entry/'));

describe('the house', () => {
  test('imports point downstairs, and rooms on one floor do not know each other', () => {
    expect(wrongImports(src)).toEqual([]);
  });

  test('every family has a contract, and its registry lists files that exist', () => {
    expect(wrongFamilies(src)).toEqual([]);
  });

  test('nothing runs at import outside entry', () => {
    expect(effectsAtImport(outsideEntry)).toEqual([]);
  });

  test('only entry touches the process and the console; the rest is handed its outside world', () => {
    expect(src.flatMap(reachesOutside)).toEqual([]);
  });

  test('every file has a name that says what is in it', () => {
    expect(namesThatSayNothing([...src, ...tests, ...others])).toEqual([]);
  });

  test('no file is longer than 260 lines', () => {
    expect(longFiles([...src, ...others])).toEqual([]);
  });

  test('no test mocks a module, is skipped or hides the others', () => {
    expect(tests.flatMap(wrongTests)).toEqual([]);
  });

  test('every error code has a page, and every page a code', () => {
    const pages = readdirSync(join(root, 'docs/errors')).map((name) => name.replace(/\.md$/, ''));
    expect(pages.sort()).toEqual(Object.keys(codes).sort());
  });
});

describe('these rules can fail', () => {
  test.each([
    ['upstairs', 'src/protocol/http.ts', "import { acquire } from '../commands/acquire.ts';"],
    ['upstairs', 'src/domain/job.ts', "import type { Call } from '../protocol/http.ts';"],
    ['upstairs', 'src/domain/job.ts', "export type { Call } from '../protocol/http.ts';"],
    ['upstairs', 'src/domain/job.ts', "type Call = import('../protocol/http.ts').Call;"],
    ['same floor', 'src/providers/aws.ts', "import { env } from '../exporters/env.ts';"],
    ['same floor', 'src/redaction/masks.ts', "const x = await import('../protocol/http.ts');"],
    ['own family', 'src/providers/aws.ts', "import { providers } from './registry.ts';"],
    ['never knows the broker', 'src/commands/acquire.ts', "import { x } from '../broker/domain/role.ts';"],
    ['shared ground', 'src/broker/http/token.ts', "import { env } from '../../exporters/env.ts';"],
    ['upstairs', 'src/broker/store/sqlite.ts', "import { x } from '../http/token.ts';"],
    ['outside src', 'src/cli/help.ts', "import { x } from '../../test/support/issuer.ts';"],
    ['no such room', 'src/tools/x.ts', ''],
    ['at run time', 'src/cli/help.ts', 'await import(name);'],
  ])('an import: %s', (problem, path, text) => {
    expect(wrongImports([source(path, text)])).toEqual([expect.stringContaining(problem)]);
  });

  test('what may be imported is not reported', () => {
    const text =
      "import { exchange } from '../protocol/http.ts'; import { x } from './input.ts'; import { z } from 'zod';";
    expect(wrongImports([source('src/providers/aws.ts', text)])).toEqual([]);
    const own = source('src/broker/engines/jwt.ts', "import type { Role } from '../domain/role.ts';");
    expect(wrongImports([own])).toEqual([]);
  });

  test('a registry that lists a missing file, and a family without a contract', () => {
    const registry = source('src/engines/registry.ts', "import { jwt } from './jwt.ts';");
    expect(wrongFamilies([registry])).toHaveLength(2);
  });

  test.each([
    'start();',
    'await ready();',
    'if (debug) start();',
    'const started = start();',
    'const now = new Date();',
    'const key = { made: generateKeyPairSync("ed25519") };',
    'class Server { static instance = listen(); }',
    'class Server { static { listen(); } }',
    'export default listen();',
    'const one = two = 3;',
    'function start() { listen(); }\nconst started = start();',
    'const roles = load`roles`;',
    'const loaded = Object.keys(table).map((name) => load(name));',
  ])('something that runs at import: %s', (text) => {
    expect(effectsAtImport([source('src/domain/x.ts', text)])).not.toEqual([]);
  });

  test.each([
    'const names = new Set(["a"]);',
    'const names = Object.keys(table).map((name) => name.trim());',
    'export const start = () => listen();',
    'class Server { readonly port = listen(); start() { listen(); } }',
    "import { z } from 'zod';\nconst schema = z.object({ a: z.string() }).strict();",
    'import { z } from "zod";\nconst text = z.string();\nconst port = text.refine((value) => fits(value));',
    'const double = (n: number): number => Number(n) * 2;\nconst four = double(2);',
  ])('values that are only made: %s', (text) => {
    expect(effectsAtImport([source('src/domain/x.ts', text)])).toEqual([]);
  });

  test('a function of another file that has an effect is found behind its import', () => {
    const caller = source('src/domain/a.ts', "import { start } from './b.ts';\nexport const a = start();");
    const found = ['Number(1)', 'listen(1)'].map((body) => {
      const called = source('src/domain/b.ts', `export function start(): number { return ${body}; }`);
      return effectsAtImport([caller, called]).length;
    });
    expect(found).toEqual([0, 1]);
  });

  test.each([
    'const path = process.env.PATH;',
    'console.log(1);',
    'globalThis.fetch = undefined;',
    "import { argv } from 'node:process';",
    "import { readFileSync } from 'node:fs';",
    "const { spawn } = await import('node:child_process');",
    "import { createServer } from 'node:net';",
  ])('a hand stretched out to the world: %s', (text) => {
    expect(reachesOutside(source('src/leases/ledger.ts', text))).toHaveLength(1);
    expect(reachesOutside(source('src/entry/host.ts', text))).toEqual([]);
  });

  test('a word that only looks like the process is not reported', () => {
    const text =
      "import { isIP } from 'node:net'; const job = { process: 1 }; use(job.process, job.console);";
    expect(reachesOutside(source('src/leases/ledger.ts', text))).toEqual([]);
  });

  test('a name that says nothing, a long file, a module mock, a skipped test', () => {
    expect(
      namesThatSayNothing([source('src/config/utils.ts', ''), source('src/helpers/x.ts', '')]),
    ).toHaveLength(2);
    expect(longFiles([source('src/config/x.ts', 'a;\n'.repeat(261))])).toHaveLength(1);
    // Put together, so that a search for the word finds no test that does it.
    expect(wrongTests(source('test/x.test.ts', ['jest', 'mock("./x.ts")'].join('.')))).toHaveLength(1);
    expect(wrongTests(source('test/x.test.ts', ['jest', 'unstable_mockModule("x")'].join('.')))).toHaveLength(
      1,
    );
    expect(wrongTests(source('test/x.test.ts', ['test', 'skip("x")'].join('.')))).toHaveLength(1);
  });
});
