/**
 * So many random octets in hex digits. Not by an import of node:crypto: that takes 4 ms to load, and post mostly needs
 * none of it.
 */
export function randomHex(octets: number): string {
  // Absent before Node 20.16.
  if (!('getBuiltinModule' in process))
    return Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(octets))).toString('hex');
  return process.getBuiltinModule('node:crypto').randomBytes(octets).toString('hex');
}
