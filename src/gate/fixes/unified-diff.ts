const around = 3;

/**
 * A unified diff as `git apply` takes it.
 * @param before undefined for a file that is new
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const [old, now] = [linesOf(before ?? ''), linesOf(after)];
  const [from, to] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const head =
    before === undefined
      ? [`diff --git ${from} ${to}`, 'new file mode 100644', '--- /dev/null', `+++ ${to}`]
      : [`diff --git ${from} ${to}`, `--- ${from}`, `+++ ${to}`];
  return `${head.join('\n')}\n${hunks(steps(old, now)).join('')}`;
}

/** As git quotes a name that would else end its line: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath */
function quoted(path: string): string {
  if (!/[\p{Cc}"\\]/u.test(path)) return path;
  const octal = (octet: number): string => `\\${octet.toString(8).padStart(3, '0')}`;
  const inside = path.replace(/[\p{Cc}"\\]/gu, (each) => [...Buffer.from(each)].map(octal).join(''));
  return `"${inside}"`;
}

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What both have at their beginning and end is passed over; between, the longest common lines are kept. */
function steps(old: readonly string[], now: readonly string[]): Step[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  const shorter = Math.min(old.length, now.length) - head;
  while (tail < shorter && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): Step[] => lines.map((line) => ({ sign: ' ', line }));
  const [left, right] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  return [...same(old.slice(0, head)), ...between(left, right), ...same(old.slice(old.length - tail))];
}

/** More than that is told as one block: nobody reads it line by line. */
const mostCells = 4_000_000;

function between(old: readonly string[], now: readonly string[]): Step[] {
  const gone = (lines: readonly string[]): Step[] => lines.map((line) => ({ sign: '-', line }));
  const come = (lines: readonly string[]): Step[] => lines.map((line) => ({ sign: '+', line }));
  if (old.length * now.length > mostCells) return [...gone(old), ...come(now)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (left: number, right: number): number => common[left * width + right] ?? 0;
  for (let left = old.length - 1; left >= 0; left--)
    for (let right = now.length - 1; right >= 0; right--)
      common[left * width + right] =
        old[left] === now[right]
          ? at(left + 1, right + 1) + 1
          : Math.max(at(left + 1, right), at(left, right + 1));
  const found: Step[] = [];
  let [left, right] = [0, 0];
  while (left < old.length && right < now.length) {
    if (old[left] === now[right]) {
      found.push({ sign: ' ', line: old[left] ?? '' });
      left++;
      right++;
    } else if (at(left + 1, right) >= at(left, right + 1)) found.push({ sign: '-', line: old[left++] ?? '' });
    else found.push({ sign: '+', line: now[right++] ?? '' });
  }
  return [...found, ...gone(old.slice(left)), ...come(now.slice(right))];
}

function hunks(all: readonly Step[]): string[] {
  const changed = all.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const ranges: [number, number][] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    if (last !== undefined && index - last[1] <= 2 * around) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => hunk(all, Math.max(0, first - around), last + around + 1));
}

function hunk(all: readonly Step[], from: number, to: number): string {
  const count = (part: readonly Step[], other: '+' | '-'): number =>
    part.filter(({ sign }) => sign !== other).length;
  const [before, part] = [all.slice(0, from), all.slice(from, to)];
  const range = (other: '+' | '-'): string => {
    const length = count(part, other);
    return `${String(count(before, other) + (length === 0 ? 0 : 1))},${String(length)}`;
  };
  const lines = part.map(
    ({ sign, line }) => `${sign}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`,
  );
  return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`;
}
