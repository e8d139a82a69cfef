import type { AuditKey, Statement } from './audit-key.ts';
import { rootOf, writeTree, type Inclusion } from './write-tree.ts';

/** By which an event is known to be the broker's, whatever became of the others that were written with it. */
export interface EventSignature {
  /** Thumbprint of the key that is said to have signed. */
  readonly signer: string;
  readonly signature: Uint8Array;
  /** Absent: the signature is over the event alone. */
  readonly inclusion?: Inclusion;
}

/**
 * Signs what is written together: once, since a signature takes as long as a hundred hashes.
 * @param digests SHA-256 of each event, in their order
 */
export function signTogether(digests: readonly Uint8Array[], key: AuditKey): EventSignature[] {
  const signer = key.publicJwk.kid;
  const [digest] = digests;
  if (digest === undefined) return [];
  if (digests.length === 1) return [{ signer, signature: key.sign({ digest }) }];
  const { size, root, inclusions } = writeTree(digests);
  const signature = key.sign({ size, root });
  return inclusions.map((inclusion) => ({ signer, signature, inclusion }));
}

/** What the key must have signed; undefined where the event cannot have been in such a write. */
export function statementOf(digest: Uint8Array, { inclusion }: EventSignature): Statement | undefined {
  return inclusion === undefined ? { digest } : rootOf(digest, inclusion);
}
