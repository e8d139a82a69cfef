/**
 * Points of small order, in hex and without the highest bit, which does not count: with one on X25519 no secret can be
 * agreed (RFC 7748 §6.1; https://cr.yp.to/ecdh.html#validate), under one on Ed25519 anybody’s signature verifies
 * (https://eprint.iacr.org/2020/1244). Zero, p and their neighbours are such points on both curves.
 */
const common = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
];
const lowOrder = {
  X25519: new Set([
    ...common,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  ]),
  Ed25519: new Set([
    ...common,
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  ]),
} as const;

/** True for a public key of 32 octets that is no key at all. */
export function isLowOrder(curve: keyof typeof lowOrder, octets: Uint8Array): boolean {
  const point = Buffer.from(octets);
  point.writeUInt8(point.readUInt8(31) & 0x7f, 31);
  return lowOrder[curve].has(point.toString('hex'));
}
