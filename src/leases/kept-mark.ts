import { createHash } from 'node:crypto';
import type { Debt } from '../domain/intent.ts';

/** A server that is asked to take back what it never gave says that there is no such thing, as if all were well. */
export function markOf(kept: Debt): string {
  return createHash('sha256').update(JSON.stringify(kept)).digest('base64url');
}
