// What the rounds came to, as tables of medians.
import type { Action, Told } from './as-runner.ts';
import type { Pair } from './contenders.ts';

export type Figure = 'wall' | 'cpu' | 'memory' | 'requests';
type Step = 'main' | 'post';

export interface Tally {
  readonly note: (action: Action, told: Told<Partial<Record<Figure, number>>>) => void;
  /** NaN where there is none. */
  readonly median: (action: Action, step: Step, figure: Figure) => number;
}

export function createTally(): Tally {
  const figures = new Map<string, number[]>();
  const key = (name: string, step: Step, figure: string): string => `${name}\n${step}\n${figure}`;
  return {
    note({ name }, told) {
      for (const step of ['main', 'post'] as const)
        for (const [figure, value] of Object.entries(told[step] ?? {})) {
          const at = key(name, step, figure);
          figures.set(at, [...(figures.get(at) ?? []), value]);
        }
    },
    median({ name }, step, figure) {
      const values = [...(figures.get(key(name, step, figure)) ?? [])].sort((a, b) => a - b);
      return values[values.length >> 1] ?? NaN;
    },
  };
}

const cell = (value: number, digits: number, width: number): string =>
  (Number.isNaN(value) ? '–' : value.toFixed(digits)).padStart(width);

/** Milliseconds, MiB and requests of every contender. */
export function printAll(contenders: readonly Action[], { median }: Tally): void {
  const wide = Math.max(...contenders.map(({ name }) => name.length));
  const half = (action: Action, step: Step): string =>
    [
      cell(median(action, step, 'wall'), 0, 9),
      cell(median(action, step, 'cpu'), 0, 6),
      cell(median(action, step, 'memory'), 0, 6),
      cell(median(action, step, 'requests'), 0, 5),
    ].join('');
  console.log(`${' '.repeat(wide)}  main ms   CPU   MiB  req  post ms   CPU   MiB  req`);
  for (const action of contenders)
    console.log(`${action.name.padEnd(wide)}${half(action, 'main')}${half(action, 'post')}`);
}

interface Bar {
  readonly what: string;
  readonly over: readonly [Action, Step];
  readonly under: readonly [Action, Step];
  readonly goal: number;
}

/** Ours over the same by hand. The goals are of the wall clock, where nothing else runs; CPU swings less. */
export function printBars(
  ours: readonly Pair[],
  { bare, nothingOwed }: { readonly bare: Action; readonly nothingOwed: Action },
  { median }: Tally,
): void {
  const bars = ours.flatMap(({ provider, ours: action, byHand }): Bar[] =>
    byHand === undefined
      ? []
      : (['main', 'post'] as const).map((step) => ({
          what: `${step}, ${provider} / by hand`,
          over: [action, step],
          under: [byHand, step],
          goal: 1.25,
        })),
  );
  bars.push({
    what: 'post, nothing owed / bare node',
    over: [nothingOwed, 'main'],
    under: [bare, 'main'],
    goal: 1.15,
  });
  console.log(`\n${'ours / by hand'.padEnd(34)}  wall   CPU   MiB`);
  for (const { what, over, under, goal } of bars) {
    const [wall, cpu, memory] = (['wall', 'cpu', 'memory'] as const).map((figure) =>
      cell(median(...over, figure) / median(...under, figure), 2, 6),
    );
    console.log(`${what.padEnd(34)}${String(wall)}${String(cpu)}${String(memory)}  (goal ≤ ${String(goal)})`);
  }
  const [first] = ours;
  if (first !== undefined)
    console.log(`requests of main, broker: ${cell(median(first.ours, 'main', 'requests'), 0, 1)}  (goal 2)`);
}

/** The vendors' over ours. */
export function printVendors(
  theirs: readonly (Action & { readonly provider: string })[],
  ours: readonly Pair[],
  { median }: Tally,
): void {
  if (theirs.length === 0) return;
  const wide = Math.max(...theirs.map(({ name }) => name.length));
  console.log('\nTheirs / ours: more than 1 is what moving saves.');
  console.log(`${' '.repeat(wide)}  main: wall   CPU   MiB   req  post: wall   CPU   MiB`);
  for (const action of theirs) {
    const mine = ours.find(({ provider }) => provider === action.provider)?.ours ?? action;
    const times = (step: Step, figure: Figure, width: number): string =>
      cell(median(action, step, figure) / median(mine, step, figure), 2, width);
    const main = [times('main', 'cpu', 6), times('main', 'memory', 6), times('main', 'requests', 6)];
    const post = [times('post', 'cpu', 6), times('post', 'memory', 6)];
    console.log(
      `${action.name.padEnd(wide)}${times('main', 'wall', 12)}${main.join('')}${times('post', 'wall', 12)}${post.join('')}`,
    );
  }
}
