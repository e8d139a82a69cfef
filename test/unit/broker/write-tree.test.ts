import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { rootOf, writeTree, type Inclusion } from '../../../src/broker/audit/write-tree.ts';

const hash = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const digests = Array.from({ length: 40 }, (_, index) => hash(Buffer.from([index])));

/** RFC 9162 §2.1.1, as it stands there. */
function treeHash(of: readonly Buffer[]): Buffer {
  const [first = Buffer.alloc(0)] = of;
  if (of.length < 2) return hash(Buffer.from([0]), first);
  let at = 1;
  while (at * 2 < of.length) at *= 2;
  return hash(Buffer.from([1]), treeHash(of.slice(0, at)), treeHash(of.slice(at)));
}

test('the root is that of RFC 9162, and each place leads to it, whatever the size', () => {
  for (let size = 1; size <= digests.length; size++) {
    const some = digests.slice(0, size);
    const { root, inclusions } = writeTree(some);
    expect(Buffer.from(root)).toEqual(treeHash(some));
    for (const [index, inclusion] of inclusions.entries()) {
      expect(inclusion).toMatchObject({ index, size });
      expect(rootOf(some[index] ?? Buffer.of(), inclusion)).toEqual({ size, root });
    }
  }
});

test('no other event, place, size or path leads to the same', () => {
  for (const size of [2, 3, 5, 8, 11]) {
    const some = digests.slice(0, size);
    const { root, inclusions } = writeTree(some);
    const leads = (digest: Buffer | undefined, inclusion: Inclusion): boolean => {
      const found = rootOf(digest ?? Buffer.of(), inclusion);
      return found?.size === size && Buffer.compare(found.root, root) === 0;
    };
    for (const [index, inclusion] of inclusions.entries()) {
      const { path } = inclusion;
      expect(leads(some[index], inclusion)).toBe(true);
      for (let other = 0; other < size + 2; other++) {
        if (other === index) continue;
        expect(leads(some[other], inclusion)).toBe(false);
        expect(leads(some[index], { ...inclusion, index: other })).toBe(false);
      }
      for (let other = 1; other < 2 * size; other++)
        if (other !== size) expect(leads(some[index], { ...inclusion, size: other })).toBe(false);
      expect(leads(some[index], { ...inclusion, path: path.slice(1) })).toBe(false);
      expect(leads(some[index], { ...inclusion, path: [...path, root] })).toBe(false);
      expect(leads(some[index], { ...inclusion, path: path.toReversed() })).toBe(path.length === 1);
    }
  }
});

test('what stands between in the tree is no event of it', () => {
  const { root, inclusions } = writeTree(digests.slice(0, 4));
  const [first] = inclusions;
  const [beside = Buffer.of(), ...above] = first?.path ?? [];
  const inner = Buffer.concat([hash(Buffer.from([0]), digests[0] ?? Buffer.of()), beside]);
  const found = rootOf(inner, { index: 0, size: 2, path: above });
  expect(found && Buffer.from(found.root)).not.toEqual(Buffer.from(root));
});
