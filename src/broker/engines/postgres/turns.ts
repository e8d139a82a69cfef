import type { Session } from './connections.ts';

/**
 * Until the transaction ends, nobody else makes or drops this role. So revoking waits for a role that is just being
 * made, until the server knows whether it is there.
 */
export function oneAtATime({ literal }: Session, name: string): string {
  return `SELECT pg_advisory_xact_lock(hashtextextended(${literal(name)}, 0))`;
}
