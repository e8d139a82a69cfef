import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { NotSure, type Change } from './change.ts';
import { entryLines, inBraces, itemLines, scalarText } from './written-yaml.ts';

/**
 * A change at its place in the text; every other byte stays as it is.
 * @throws NotSure where the text is not written so that this can be done
 */
export function changeText(text: string, change: Change): string {
  const { start, end, put } = editOf(text, change);
  return text.slice(0, start) + put + text.slice(end);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly put: string;
}

function editOf(text: string, change: Change): Edit {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, keepSourceTokens: true });
  const parent = document.getIn(change.path.slice(0, -1), true);
  const key = change.path.at(-1);
  if (change.do === 'insert') {
    if (!isSeq(parent) || typeof key !== 'number') throw new NotSure('the list is an alias, or none');
    return itemEdit(text, parent, key, change);
  }
  if (!isMap(parent)) throw new NotSure('the map is an alias, or none');
  if (change.do === 'add') return addEdit(text, parent, String(key), change);
  const index = parent.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  const pair = parent.items[index];
  if (pair === undefined) throw new NotSure('the key is merged in from elsewhere');
  return change.do === 'set' ? setEdit(text, parent, pair, change) : removeEdit(text, parent, index);
}

function setEdit(text: string, parent: YAMLMap, { value }: Pair, change: Change & { do: 'set' }): Edit {
  if (!isScalar(value) || value.range == null || (value.type ?? '').startsWith('BLOCK'))
    throw new NotSure('the value is not written on one line');
  if (value.anchor !== undefined || value.tag !== undefined)
    throw new NotSure('the value has an anchor or a tag');
  const [start, end] = value.range;
  const put = parent.flow === true ? inBraces(change.value) : scalarText(change.value);
  const { comment } = change;
  const [behind, gap = '', old] = /^([ \t]*)(#[^\r\n]*)?/.exec(text.slice(end)) ?? [''];
  const isVersion = old !== undefined && /^#\s*(tag|pin|ratchet|v?\d)/i.test(old);
  if (old !== undefined && !isVersion) return { start, end, put };
  if (comment === undefined) return { start, end: isVersion ? end + behind.length : end, put };
  if (parent.flow === true) return { start, end, put };
  return { start, end: end + behind.length, put: `${put}${old === undefined ? ' ' : gap}# ${comment}` };
}

function removeEdit(text: string, parent: YAMLMap, index: number): Edit {
  const pair = parent.items[index];
  const next = parent.items[index + 1];
  const before = parent.items[index - 1];
  if (pair === undefined || (next ?? before) === undefined)
    throw new NotSure('nothing would be left of the map');
  const start = keyStart(pair);
  if (parent.flow === true) {
    if (next !== undefined) return { start, end: keyStart(next), put: '' };
    return { start: before === undefined ? start : contentEnd(before), end: contentEnd(pair), put: '' };
  }
  if (isFirstOnLine(text, start)) return wholeLines(text, start, contentEnd(pair));
  // It stands behind the dash of an item: the next key takes its place.
  if (next === undefined || /[#]/.test(text.slice(contentEnd(pair), keyStart(next))))
    throw new NotSure('the key stands on a line with something else');
  return { start, end: keyStart(next), put: '' };
}

/** Where the last line has no break, the one before it loses its own. */
function wholeLines(text: string, from: number, to: number): Edit {
  const [start, end] = [lineStart(text, from), lineEnd(text, to)];
  const open = end === text.length && text[end - 1] !== '\n';
  return { start: open ? Math.max(0, start - lineBreak(text).length) : start, end, put: '' };
}

function addEdit(text: string, parent: YAMLMap, key: string, change: Change & { do: 'add' }): Edit {
  const { value, behind, before } = change;
  if (parent.flow === true) return addInBraces(text, parent, key, change);
  const near = parent.items.find((pair) => isScalar(pair.key) && pair.key.value === (behind ?? before));
  const sibling = near ?? parent.items.at(-1);
  if (sibling === undefined) throw new NotSure('the map is empty');
  const start = keyStart(sibling);
  const column = start - lineStart(text, start);
  const lines = entryLines(key, value).map((line) => (line === '' ? '' : ' '.repeat(column) + line));
  const put = lines.map((line) => line + lineBreak(text)).join('');
  if (before !== undefined && near !== undefined) {
    if (!isFirstOnLine(text, start)) throw new NotSure('the key stands on a line with something else');
    return insertAt(text, lineStart(text, start), put);
  }
  return insertAt(text, lineEnd(text, contentEnd(sibling)), put);
}

function addInBraces(text: string, parent: YAMLMap, key: string, { value }: Change & { do: 'add' }): Edit {
  const [open, close] = parent.range ?? [];
  if (typeof value === 'object' || open === undefined || close === undefined || text[close - 1] !== '}')
    throw new NotSure('the map is written in braces');
  const last = parent.items.at(-1);
  const entry = `${key}: ${inBraces(value)}`;
  if (last === undefined) return { start: open, end: close, put: `{ ${entry} }` };
  return { start: contentEnd(last), end: contentEnd(last), put: `, ${entry}` };
}

function itemEdit(text: string, list: YAMLSeq, index: number, change: Change & { do: 'insert' }): Edit {
  const tokens = list.srcToken;
  if (list.flow === true || tokens?.type !== 'block-seq')
    throw new NotSure('the list is written in brackets');
  const dash = tokens.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
  if (dash === undefined || !isFirstOnLine(text, dash))
    throw new NotSure('the list is not written line by line');
  const column = dash - lineStart(text, dash);
  const at = aboveComments(text, lineStart(text, dash), column);
  const spaced = index > 0 && /\n[ \t\r]*\n$/.test(text.slice(0, at));
  const { comment, value } = change;
  const put = itemLines(value, comment).map((line) => (line === '' ? '' : ' '.repeat(column) + line));
  return insertAt(text, at, [...put, ...(spaced ? [''] : [])].map((line) => line + lineBreak(text)).join(''));
}

/** Comments directly above an item, as far in as it, belong to it. */
function aboveComments(text: string, at: number, column: number): number {
  let above = at;
  while (above > 0) {
    const start = lineStart(text, above - 1);
    const line = text.slice(start, above);
    if (line.slice(0, column).trim() !== '' || line[column] !== '#') return above;
    above = start;
  }
  return above;
}

function insertAt(text: string, at: number, put: string): Edit {
  const open = at > 0 && text[at - 1] !== '\n';
  const br = lineBreak(text);
  return { start: at, end: at, put: open ? br + put.slice(0, -br.length) : put };
}

function keyStart({ key }: Pair): number {
  const start = (key as Scalar | null)?.range?.[0];
  const { anchor, tag } = (key ?? {}) as Partial<Scalar>;
  if (start === undefined || anchor !== undefined || tag !== undefined)
    throw new NotSure('a key has an anchor or a tag, or is none');
  return start;
}

/** Where what belongs to a pair ends, without the comment behind it. */
function contentEnd({ key, value }: Pair): number {
  const own = (key as Scalar | null)?.range?.[1] ?? 0;
  if (isMap(value) && value.flow !== true && value.items.length > 0)
    return Math.max(...value.items.map(contentEnd));
  if (isSeq(value) && value.flow !== true && value.items.length > 0)
    return Math.max(...value.items.map((item) => contentEnd({ key: null, value: item } as unknown as Pair)));
  return Math.max(own, (value as Scalar | null)?.range?.[1] ?? 0);
}

function isFirstOnLine(text: string, offset: number): boolean {
  return /^[ ]*$/.test(text.slice(lineStart(text, offset), offset));
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the break of the line in which an offset stands; a block’s text ends behind its own. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
