import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { choiceOf, hexOf, randomFrom, type Random } from './random.ts';

/** A log file, and what must be left of it. */
export interface Log {
  readonly bytes: number;
  readonly planted: number;
  readonly expectedSha256: string;
}

const words =
  'build test module resolved fetching layer already exists pushed cached compiling warning unused import deprecated package installed bundle chunk asset emitted running passed failed skipped in src lib node_modules index component server client handler request response user service config default export type error at Object process internal'.split(
    ' ',
  );
const files = [
  'index.ts',
  'server.go',
  'App.tsx',
  'utils.py',
  'main.rs',
  'Dockerfile',
  'pom.xml',
  'README.md',
];

const wordsOf = (random: Random, count: number): string =>
  Array.from({ length: count }, () => choiceOf(random, words)).join(' ');
const pathOf = (random: Random): string =>
  `src/${choiceOf(random, words)}/${choiceOf(random, words)}/${choiceOf(random, files)}`;
const number = (random: Random, below: number): string => String(random(below));
const stamp = (random: Random): string =>
  `2026-01-02T03:${String(10 + random(50))}:${String(10 + random(50))}.${String(100 + random(900))}4567Z`;

/** A line each of what package managers, compilers, test runners, containers and version control print. */
const lines: readonly ((random: Random) => string)[] = [
  (r) =>
    `${stamp(r)} npm http fetch GET 200 https://registry.example/${choiceOf(r, words)} ${number(r, 900)}ms (cache hit)`,
  (r) => `${stamp(r)} \x1b[32m✓\x1b[39m ${wordsOf(r, 6)} \x1b[90m(${number(r, 500)} ms)\x1b[39m`,
  (r) => `[${number(r, 400)}/400] Compiling ${pathOf(r)}`,
  (r) =>
    `    at ${choiceOf(r, words)}.${choiceOf(r, words)} (/home/runner/work/app/${pathOf(r)}:${number(r, 900)}:${number(r, 80)})`,
  (r) =>
    `warning: unused variable: \`${choiceOf(r, words)}\` --> ${pathOf(r)}:${number(r, 900)}:${number(r, 80)}`,
  (r) => `${hexOf(r, 12)}: Layer already exists`,
  (r) => `Digest: sha256:${hexOf(r, 64)}`,
  (r) => `   ${hexOf(r, 7)}..${hexOf(r, 7)}  main -> origin/main`,
  (r) =>
    `{"level":"info","time":${String(1767323000 + r(99999))},"msg":"${wordsOf(r, 7)}","requestId":"${hexOf(r, 8)}-${hexOf(r, 4)}-${hexOf(r, 4)}-${hexOf(r, 12)}"}`,
  (r) => `-rw-r--r-- 1 runner docker ${number(r, 99999)} Jan  2 03:04 ${pathOf(r)}`,
  (r) => `      integrity sha512-${Buffer.from(hexOf(r, 64), 'hex').toString('base64')}`,
  (r) =>
    `Downloading https://files.example/packages/${hexOf(r, 2)}/${hexOf(r, 60)}/${choiceOf(r, words)}-1.${number(r, 30)}.0.whl (${number(r, 900)} kB)`,
  (r) => `##[group]Run ${wordsOf(r, 4)}`,
  (r) => wordsOf(r, 12),
  () => '',
];

/**
 * Writes a log of about `size` bytes in which one of `planted` stands every few hundred lines.
 * Each of them must come out as `***`, and everything else as it is.
 */
export function writeLog(path: string, size: number, planted: readonly string[]): Log {
  const random = randomFrom(4);
  const blocks = Array.from({ length: 48 }, () => blockOf(random));
  const expected = createHash('sha256');
  const file = openSync(path, 'w');
  let [bytes, count] = [0, 0];
  for (; bytes < size; count++) {
    const block = choiceOf(random, blocks);
    bytes += writeSync(file, `${block}token: ${choiceOf(random, planted)}; next\n`);
    expected.update(`${block}token: ***; next\n`);
  }
  closeSync(file);
  return { bytes, planted: count, expectedSha256: expected.digest('hex') };
}

function blockOf(random: Random): string {
  return Array.from({ length: 1500 }, () => `${choiceOf(random, lines)(random)}\n`).join('');
}
