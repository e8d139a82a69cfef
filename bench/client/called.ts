// What the usual jobs call of dist, by V8's own coverage.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runJob, start, type Program } from './as-runner.ts';
import { pairs } from './contenders.ts';
import { startStandIns } from './stand-ins.ts';

const dist = resolve(import.meta.dirname, '../../dist');

/** Whether a function of a file, from one offset to another, was called in one of the runs. */
export interface Called {
  readonly start: number;
  readonly end: number;
  readonly isCalled: boolean;
}

/** Functions by their offsets, of the files by their names below dist. */
export type Calls = ReadonlyMap<string, readonly Called[]>;

/**
 * Runs main and post of each of our contenders.
 * @param within a folder for what they write
 * @returns what main has called of each file; of a file that no main reads, what post has
 */
export async function calledOfDist(within: string): Promise<Calls> {
  const { place, close } = await startStandIns(within);
  const runs = { main: new Map<string, Called[]>(), post: new Map<string, Called[]>() };
  for (const { ours } of pairs(place)) {
    const { main, post } = await runJob(ours, within, (program) => called(program, within));
    addTo(runs.main, main);
    addTo(runs.post, post ?? []);
  }
  close();
  return new Map([...runs.post, ...runs.main].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function called(program: Program, within: string): [string, Called][] {
  const folder = join(within, 'coverage');
  mkdirSync(folder, { recursive: true });
  start({ ...program, env: { ...program.env, NODE_V8_COVERAGE: folder } });
  const found = readdirSync(folder).flatMap((name) => readCoverage(join(folder, name)));
  rmSync(folder, { recursive: true });
  return found;
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { startOffset: number; endOffset: number; count: number }[];
    }[];
  }[];
}

function readCoverage(file: string): [string, Called][] {
  const { result } = JSON.parse(readFileSync(file, 'utf8')) as Coverage;
  return result
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url, functions }) => [relative(dist, fileURLToPath(url)), functions] as const)
    .filter(([name]) => !name.startsWith('..'))
    .flatMap(([name, functions]) =>
      functions.flatMap(({ ranges: [whole] }) =>
        whole === undefined
          ? []
          : [
              [name, { start: whole.startOffset, end: whole.endOffset, isCalled: whole.count > 0 }] as [
                string,
                Called,
              ],
            ],
      ),
    );
}

function addTo(runs: Map<string, Called[]>, found: readonly [string, Called][]): void {
  for (const [name, each] of found) {
    const list = runs.get(name) ?? [];
    runs.set(name, list);
    const known = list.findIndex(({ start, end }) => start === each.start && end === each.end);
    if (known === -1) list.push(each);
    else if (each.isCalled) list[known] = each;
  }
}
