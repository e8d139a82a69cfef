import { stringify } from 'yaml';
import type { Plain, PlainMap } from './change.ts';

/** Lines of a key and its value, without an indentation. */
export function entryLines(key: string, value: Plain): string[] {
  if (typeof value === 'string' && value.includes('\n'))
    return [`${key}: |`, ...value.replace(/\n$/, '').split('\n').map(indented)];
  if (typeof value !== 'object') return [`${key}: ${scalarText(value)}`];
  if (isList(value)) return listLines(key, value);
  return [`${key}:`, ...mapLines(value).map(indented)];
}

export function mapLines(map: PlainMap): string[] {
  return Object.entries(map).flatMap(([key, value]) => entryLines(key, value));
}

/** Lines of an item of a list. @param comment behind `uses` */
export function itemLines(map: PlainMap, comment?: string): string[] {
  return mapLines(map)
    .map((line) => (comment !== undefined && line.startsWith('uses: ') ? `${line} # ${comment}` : line))
    .map((line, index) => (index === 0 ? `- ${line}` : indented(line)));
}

function listLines(key: string, list: readonly Plain[]): string[] {
  const plain = list.flatMap((each) => (typeof each === 'object' ? [] : [inBraces(each)]));
  if (plain.length === list.length) return [`${key}: [${plain.join(', ')}]`];
  return [`${key}:`, ...list.flatMap((each) => itemLines(each as PlainMap)).map(indented)];
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}

/** A scalar on one line. */
export function scalarText(value: string | number | boolean): string {
  return stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd();
}

/** The same between braces and brackets, where more signs mean something. */
export function inBraces(value: string | number | boolean): string {
  if (typeof value !== 'string' || /^[\w./@:-]+$/.test(value)) return scalarText(value);
  return `'${value.replaceAll("'", "''")}'`;
}
