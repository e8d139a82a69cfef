import { digest as sha256 } from '../domain/digest.ts';

const leafMark = Buffer.from([0]);
const nodeMark = Buffer.from([1]);

/** Where an event stands among those of its write, and the hashes that lead from there to the root. */
export interface Inclusion {
  /** From 0. */
  readonly index: number;
  /** How many events the write holds. */
  readonly size: number;
  /** The hash beside, from the leaf up; a level where there is none is left out. */
  readonly path: readonly Uint8Array[];
}

/** What one write holds, as one hash. */
export interface Root {
  readonly size: number;
  /** SHA-256. */
  readonly root: Uint8Array;
}

/**
 * The Merkle tree over the fingerprints of one write (RFC 9162 §2.1.1), so that one signature is good for each of them by
 * itself.
 * @param digests at least one
 */
export function writeTree(digests: readonly Uint8Array[]): Root & { readonly inclusions: Inclusion[] } {
  const size = digests.length;
  const paths = digests.map((): Uint8Array[] => []);
  let level = digests.map(leafHash);
  for (let width = 1; level.length > 1; width *= 2) {
    for (const [index, path] of paths.entries()) {
      const beside = level[Math.floor(index / width) ^ 1];
      if (beside !== undefined) path.push(beside);
    }
    level = parents(level);
  }
  const [root = leafHash(new Uint8Array())] = level;
  return { size, root, inclusions: paths.map((path, index) => ({ index, size, path })) };
}

/**
 * The root to which a path leads (RFC 9162 §2.1.3.2).
 * @returns undefined where there is no such place in a tree of that size, or the path is not of the length that it has there
 */
export function rootOf(digest: Uint8Array, { index, size, path }: Inclusion): Root | undefined {
  if (index >= size) return undefined;
  const left = [...path];
  let root = leafHash(digest);
  let at = index;
  for (let width = size; width > 1; width = Math.ceil(width / 2)) {
    const isLast = at === width - 1;
    if (at % 2 === 1 || !isLast) {
      const beside = left.shift();
      if (beside === undefined) return undefined;
      root = at % 2 === 1 ? nodeHash(beside, root) : nodeHash(root, beside);
    }
    at = Math.floor(at / 2);
  }
  return left.length === 0 ? { size, root } : undefined;
}

/** One that has none beside it goes up as it is. */
function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
  }
  return above;
}

// The first octet keeps one from being taken for the other.

function leafHash(digest: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([leafMark, digest]));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([nodeMark, left, right]));
}
