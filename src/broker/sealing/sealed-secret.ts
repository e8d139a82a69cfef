import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { Secret } from '../../domain/secret.ts';
import type { SealingKey } from './sealing-key.ts';

/** AES Key Wrap with AES-GCM under the sealing key, a new content key for each value (RFC 7518 sections 4.7 and 5.3). */
const keyWrap = 'A256GCMKW';
const contentEncryption = 'A256GCM';

const unsealTroubles = {
  'key-missing': 'its sealing key is not there',
  damaged: 'it is not what was sealed',
  late: 'it was not opened in time',
} as const;

/** A sealed value does not open: its key is not there, it is not what was sealed for this lease, or it takes too long. */
export class UnsealError extends Error {
  readonly reason: 'key-missing' | 'damaged' | 'late';
  /** The key that it names; undefined: none that could be read. */
  readonly keyId: string | undefined;

  constructor(reason: UnsealError['reason'], keyId?: string) {
    super(unsealTroubles[reason]);
    this.name = 'UnsealError';
    this.reason = reason;
    this.keyId = keyId;
  }
}

/** @returns a compact JWE (RFC 7516) that `unseal` opens for the same lease alone */
export async function seal(secret: Secret, leaseId: string, { id, octets }: SealingKey): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(secret.reveal()))
    .setProtectedHeader({ alg: keyWrap, enc: contentEncryption, kid: id, lease: leaseId })
    .encrypt(octets);
}

/**
 * What was sealed for this lease.
 * @param keys whichever it was sealed under
 * @throws UnsealError
 */
export async function unseal(
  sealed: string,
  leaseId: string,
  keys: ReadonlyMap<string, SealingKey>,
): Promise<Secret> {
  const keyId = keyIdOf(sealed);
  const key = keys.get(keyId);
  if (key === undefined) throw new UnsealError('key-missing', keyId);
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key.octets, {
      keyManagementAlgorithms: [keyWrap],
      contentEncryptionAlgorithms: [contentEncryption],
    });
    if (protectedHeader['lease'] === leaseId) return new Secret(new TextDecoder().decode(plaintext));
  } catch {
    // jose's reason would tell nobody more than this.
  }
  throw new UnsealError('damaged', keyId);
}

/** The id of the sealing key that a JWE names. @throws UnsealError when it names none */
export function keyIdOf(sealed: string): string {
  try {
    const { kid } = decodeProtectedHeader(sealed);
    if (typeof kid === 'string' && kid !== '' && kid.length <= 64) return kid;
  } catch {
    // No header, no key.
  }
  throw new UnsealError('damaged');
}
