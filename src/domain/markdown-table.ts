/** A table in GitHub Flavored Markdown; what stands in the cells cannot break out of them. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

function cell(text: string): string {
  return text.replace(/[\\|`*_[\]<>&#!]/g, (char) => `&#${String(char.charCodeAt(0))};`).replace(/\s+/g, ' ');
}
