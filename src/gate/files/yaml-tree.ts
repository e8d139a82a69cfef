import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import type { Source, Span } from './source.ts';
import { writtenText, type Style, type WrittenText } from './written-text.ts';

/** A YAML value with its place. Aliases are followed, merges (`<<`) are done: the same value may stand in several places. */
export type Tree = Branch | List | Leaf;

export interface Branch {
  readonly kind: 'branch';
  readonly span: Span;
  readonly entries: readonly Entry[];
}
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Tree;
}
export interface List {
  readonly kind: 'list';
  readonly span: Span;
  /** GitLab's `!reference`. */
  readonly tag: string | undefined;
  readonly items: readonly Tree[];
}
export interface Leaf {
  readonly kind: 'leaf';
  readonly span: Span;
  readonly text: WrittenText;
}

/** What a file holds: its documents, or why it cannot be read. */
export type YamlTree =
  { readonly documents: readonly Tree[] } | { readonly problem: string; readonly offset: number };

/** A file with more than that is no pipeline of a person. */
const mostValues = 200_000;
const mostDepth = 100;

/** Never throws: a file that holds no YAML has a problem. */
export function readYamlTree(source: Source): YamlTree {
  try {
    const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
    const parsed = parseAllDocuments(source.text, { ...options, lineCounter: new LineCounter() });
    const documents = 'empty' in parsed ? [] : parsed;
    const [error] = documents.flatMap(({ errors }) => errors);
    if (error !== undefined) return { problem: oneLine(error.message), offset: error.pos[0] };
    return { documents: documents.map((document) => new Planting(source, document).root()) };
  } catch (error) {
    const problem = error instanceof TooMuch ? error.message : 'nested too deep, or no YAML at all';
    return { problem, offset: 0 };
  }
}

class TooMuch extends Error {}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, 200);
}

/** Makes trees of one document. A class for its counter and its memory of anchors. */
class Planting {
  readonly #source: Source;
  readonly #document: Document;
  readonly #anchors = new Map<string, Tree>();
  #values = 0;

  constructor(source: Source, document: Document) {
    this.#source = source;
    this.#document = document;
  }

  root(): Tree {
    return this.#tree(this.#document.contents, 0);
  }

  #tree(node: Node | null, depth: number): Tree {
    if (++this.#values > mostValues) throw new TooMuch(`more than ${String(mostValues)} values`);
    if (depth > mostDepth) throw new TooMuch(`nested deeper than ${String(mostDepth)} levels`);
    if (isAlias(node)) return this.#anchors.get(node.source) ?? this.#leaf(spanOf(node), '', 'plain');
    const tree = this.#planted(node, depth);
    const anchor = isNode(node) && !isAlias(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, tree);
    return tree;
  }

  #planted(node: Node | null, depth: number): Tree {
    const span = spanOf(node);
    if (isMap(node)) return { kind: 'branch', span, entries: this.#entries(node.items, depth) };
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#tree(item as Node | null, depth + 1));
      return { kind: 'list', span, tag: node.tag, items };
    }
    if (isScalar(node)) return this.#leaf(span, node.source ?? '', styleOf(node));
    return this.#leaf(span, '', 'plain');
  }

  #leaf(span: Span, value: string, style: Style): Leaf {
    return { kind: 'leaf', span, text: writtenText(this.#source.text, span, value, style) };
  }

  /** What is merged in stands behind what is written, and loses against it. */
  #entries(pairs: readonly Pair[], depth: number): Entry[] {
    const own = pairs.map(({ key, value }) => ({
      key: isScalar(key) ? (key.source ?? '') : '',
      keySpan: spanOf(key as Node | null),
      value: this.#tree(value as Node | null, depth + 1),
    }));
    const merged = own.filter(({ key }) => key === '<<');
    if (merged.length === 0) return own;
    const entries = new Map(own.filter(({ key }) => key !== '<<').map((entry) => [entry.key, entry]));
    for (const entry of merged.flatMap(({ value }) => mergedEntries(value))) {
      if (++this.#values > mostValues) throw new TooMuch(`more than ${String(mostValues)} values`);
      if (!entries.has(entry.key)) entries.set(entry.key, entry);
    }
    return [...entries.values()];
  }
}

function mergedEntries(tree: Tree): readonly Entry[] {
  if (tree.kind === 'branch') return tree.entries;
  return tree.kind === 'list'
    ? tree.items.flatMap((item) => (item.kind === 'branch' ? item.entries : []))
    : [];
}

function spanOf(node: Node | null): Span {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}

function styleOf({ type }: Scalar): Style {
  if (type === 'QUOTE_DOUBLE') return 'double';
  if (type === 'QUOTE_SINGLE') return 'single';
  return type === 'BLOCK_FOLDED' || type === 'BLOCK_LITERAL' ? 'block' : 'plain';
}

/** The value of a key; undefined where the tree is no map, or has no such key. */
export function child(tree: Tree | undefined, key: string): Tree | undefined {
  return entriesOf(tree).find((entry) => entry.key === key)?.value;
}

/** The text of a key, or of the tree itself when it is a scalar; undefined where it is none. */
export function textOf(tree: Tree | undefined): WrittenText | undefined {
  return tree?.kind === 'leaf' ? tree.text : undefined;
}

export function entriesOf(tree: Tree | undefined): readonly Entry[] {
  return tree?.kind === 'branch' ? tree.entries : [];
}

/** A list's items; of anything else itself: most platforms take one for a list of one. */
export function itemsOf(tree: Tree | undefined): readonly Tree[] {
  if (tree === undefined) return [];
  return tree.kind === 'list' ? tree.items : [tree];
}

/**
 * Every scalar in a tree, each of them once however often it is referred to.
 * @param enters whether to look into a part of it
 */
export function leavesOf(tree: Tree | undefined, enters: (part: Tree) => boolean = () => true): Leaf[] {
  const found: Leaf[] = [];
  const seen = new Set<Tree>();
  const visit = (each: Tree): void => {
    if (seen.has(each) || !enters(each)) return;
    seen.add(each);
    if (each.kind === 'leaf') found.push(each);
    else if (each.kind === 'list') each.items.forEach(visit);
    else
      each.entries.forEach(({ value }) => {
        visit(value);
      });
  };
  if (tree !== undefined) visit(tree);
  return found;
}
