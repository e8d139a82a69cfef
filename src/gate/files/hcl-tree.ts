import { hclTokens, type HclToken } from './hcl-tokens.ts';
import { readJsonTree } from './json-tree.ts';
import { sourceOf, type Source, type Span } from './source.ts';
import { plainText } from './written-text.ts';
import type { Branch, Entry, Leaf, Tree } from './yaml-tree.ts';

/**
 * Terraform’s language as a tree: a block is an entry under its type and labels, with a blank between; the argument of a
 * function stands for what it makes; JSON in a here-document is read. What is calculated is the text that is written.
 * https://developer.hashicorp.com/terraform/language/syntax/configuration
 */
export function readHclTree(source: Source): Tree {
  return new Reading(source).body(0);
}

const mostDepth = 60;

/** Reads one file. A class for where it is in it. */
class Reading {
  readonly #source: Source;
  readonly #tokens: readonly HclToken[];
  #at = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#tokens = hclTokens(source.text);
  }

  /** Up to the brace that closes it. */
  body(depth: number): Branch {
    const start = this.#here();
    const entries: Entry[] = [];
    while (this.#at < this.#tokens.length && !this.#is('}')) {
      const entry = depth > mostDepth ? undefined : this.#entry(depth);
      if (entry === undefined) this.#at++;
      else entries.push(entry);
    }
    const end = this.#here();
    this.#at++;
    return { kind: 'branch', span: { start, end }, entries };
  }

  /** `key = value`, `key: value`, or `type "label" { … }`. */
  #entry(depth: number): Entry | undefined {
    const key = this.#next();
    if (key === undefined || (key.kind !== 'word' && key.kind !== 'text')) return undefined;
    const labels = [key.text];
    for (let at = this.#at + 1; ; at++) {
      const each = this.#tokens[at];
      if (each?.text === '=' || each?.text === ':' || each?.text === '{') {
        this.#at = at + 1;
        const value = each.text === '{' ? this.body(depth + 1) : this.#value(depth + 1);
        return { key: labels.join(' '), keySpan: key.span, value };
      }
      if (each === undefined || (each.kind !== 'text' && each.kind !== 'word')) return undefined;
      labels.push(each.text);
    }
  }

  #value(depth: number): Tree {
    const first = this.#next();
    // Each turn goes on by one, or a list that never ends is read for ever.
    this.#at++;
    if (first === undefined || depth > mostDepth) return leaf('', { start: 0, end: 0 });
    if (first.text === '{' && first.kind === 'mark') return this.body(depth);
    if (first.text === '[' && first.kind === 'mark') return this.#list(first.span.start, ']', depth);
    if (first.kind === 'document') return this.#document(first);
    if (first.kind === 'word' && this.#is('(')) {
      this.#at++;
      const made = this.#list(first.span.start, ')', depth);
      return made.kind === 'list' && made.items.length === 1 ? (made.items[0] ?? made) : made;
    }
    return leaf(first.text, first.span);
  }

  #list(start: number, close: string, depth: number): Tree {
    const items: Tree[] = [];
    while (this.#at < this.#tokens.length && !this.#is(close)) {
      if (this.#is(',')) this.#at++;
      else items.push(this.#value(depth + 1));
    }
    const end = this.#here();
    this.#at++;
    return { kind: 'list', span: { start, end }, tag: undefined, items };
  }

  /** Where it stands, so that each place in it is one in the file. */
  #document({ text, span }: HclToken): Tree {
    if (!/^\s*[{[]/.test(text)) return leaf(text, span);
    const before = this.#source.text.slice(0, span.start).replace(/[^\n]/g, ' ');
    return readJsonTree(sourceOf(this.#source.path, before + text)) ?? leaf(text, span);
  }

  #next(): HclToken | undefined {
    return this.#tokens[this.#at];
  }

  #is(mark: string): boolean {
    const next = this.#next();
    return next?.kind === 'mark' && next.text === mark;
  }

  #here(): number {
    return this.#next()?.span.start ?? this.#source.text.length;
  }
}

function leaf(text: string, span: Span): Leaf {
  return { kind: 'leaf', span, text: { ...plainText(text), span, at: (index) => span.start + index } };
}
