/** Rows of names and texts, for people: the texts begin in one column. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const longest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(longest)}  ${text}\n`).join('');
}
