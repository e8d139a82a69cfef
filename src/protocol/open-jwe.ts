import type { KeyObject } from 'node:crypto';
import { compactDecrypt } from 'jose/jwe/compact/decrypt';

const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };

/**
 * Opens a compact JWE (RFC 7516) of ECDH-ES with A256GCM, and no other.
 * @throws Error without any of the text in it
 */
export async function openJwe(jwe: string, privateKey: KeyObject): Promise<Uint8Array> {
  return (await compactDecrypt(jwe, privateKey, options)).plaintext;
}
