import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { textsOf } from '../../src/redaction/gathering.ts';
import { streamedOf } from '../../src/redaction/streamed.ts';

export interface Contender {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const root = join(import.meta.dirname, '../..');

/** What hides the secrets in what it reads from standard input, and `cat`, which hides nothing. */
export function contendersFor(secrets: readonly string[], folder: string): readonly Contender[] {
  const literals = [...new Set(secrets.flatMap(literalsOf))].toSorted((a, b) => b.length - a.length);
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const node = (script: string, given: string): [string, ...string[]] => [
    process.execPath,
    join(folder, 'js/bench/redaction', script),
    given,
  ];
  writeJavaScript(join(folder, 'js'));
  const listed = file('literals.json', JSON.stringify(literals));
  return [
    { name: 'cat', command: ['cat'] },
    { name: 'redactor', command: node('ours.js', file('secrets.json', JSON.stringify(secrets))) },
    { name: 'one RegExp', command: node('regexp.js', listed) },
    {
      name: 'perl',
      command: ['perl', '-p', file('hide.pl', `s/(?:${literals.map(forPerl).join('|')})/***/g`)],
    },
    {
      name: 'sed',
      command: [
        'env',
        'LC_ALL=C',
        'sed',
        '-E',
        '-f',
        file('hide.sed', `s/${literals.map(forSed).join('|')}/***/g`),
      ],
    },
  ];
}

const quoted = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '\\$&');
/** Perl makes no trie when any literal has more than 255 bytes, and tries one after the other; so these stand in pieces. */
function forPerl(text: string): string {
  const [first = '', ...rest] = text.match(/[^]{1,60}/gu) ?? [];
  return quoted(first) + rest.map((piece) => `(?>${quoted(piece)})`).join('');
}
const forSed = (text: string): string => text.replace(/[\\/.*[\]^$+?(){}|]/g, '\\$&');

/** What programs are told to look for that know of literals only. */
function literalsOf(secret: string): string[] {
  const { literals, dumped } = streamedOf(new Set([secret]));
  const digits = textsOf(dumped).map((text) => Buffer.from(text).toString('hex'));
  return [...textsOf(literals), ...digits, ...digits.map((text) => text.toUpperCase())].filter(
    (text) => text.length >= 8,
  );
}

/** Without types, as the bundle is: to strip them when they start would be a third of the processes' memory. */
function writeJavaScript(folder: string): void {
  const options = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2024,
    rewriteRelativeImportExtensions: true,
  };
  for (const room of ['src/domain', 'src/redaction', 'bench/redaction'])
    for (const name of readdirSync(join(root, room)).filter((name) => name.endsWith('.ts'))) {
      const path = join(folder, relative(root, join(root, room)), name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(path), { recursive: true });
      const { outputText } = ts.transpileModule(readFileSync(join(root, room, name), 'utf8'), {
        compilerOptions: options,
      });
      writeFileSync(path, outputText);
    }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}
