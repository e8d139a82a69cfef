/** The name that was probably meant: one letter more, less, other or swapped; `_` for `-`; or the only one that begins so. */
export function nearest(known: readonly string[], typed: string): string | undefined {
  const name = typed.toLowerCase().replaceAll('_', '-');
  const near = known.find((candidate) => isNear(candidate, name));
  if (near !== undefined || name.length < 3) return near;
  const longer = known.filter((candidate) => candidate.startsWith(name));
  return longer.length === 1 ? longer[0] : undefined;
}

function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  const swapped = a[start] === b[start + 1] && a[start + 1] === b[start];
  const tails = [
    [a.slice(start + 1), b.slice(start)],
    [a.slice(start), b.slice(start + 1)],
    [a.slice(start + 1), b.slice(start + 1)],
    ...(swapped ? [[a.slice(start + 2), b.slice(start + 2)]] : []),
  ];
  return tails.some(([x, y]) => x === y);
}
