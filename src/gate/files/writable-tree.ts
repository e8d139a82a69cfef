import type { WorkTree } from './work-tree.ts';

/** Files that may be changed. Nothing is written through a link. */
export interface WritableTree extends WorkTree {
  /** @returns why a file must not be written: it is a link, or says something else than this; undefined when it may be */
  whyNot(path: string, before: string): string | undefined;
  /** Puts a text in another’s place, whole or not at all, with the same mode. @throws Error when `whyNot` says something */
  replace(path: string, before: string, after: string): void;
  /** A new file, and the folders above it. @throws Error when there is one */
  create(path: string, text: string): void;
}
