// PROTOCOL.md, Session, renewal, heartbeat.
import { CredsError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Call } from './http.ts';
import { extendSession, sendHeartbeat, type Session } from './session.ts';

/** So long before its end an access token is made anew: two heartbeats of the usual two minutes. */
const earlyMs = 90_000;

/**
 * Heartbeats of a session, for as long as it may last: its access token is made anew when it is nearly over.
 * @returns sends one; `idToken` gets one of the same job, bound to the session's key. Throws CredsError
 */
export function keepAlive(opened: Session): (call: Call, idToken: () => Promise<Secret>) => Promise<void> {
  let session = opened;
  return async (call, idToken) => {
    const extend = async (): Promise<void> => {
      session = await extendSession(session, await idToken(), call);
    };
    const left = session.accessExpiresAt.getTime() - call.host.clock.now().getTime();
    // Should that fail, the old one still serves for a while.
    if (left < earlyMs) await extend().catch(() => undefined);
    try {
      await sendHeartbeat(session, call);
    } catch (error) {
      if (!(error instanceof CredsError) || !error.freshIdToken) throw error;
      // Over, or made anew by an answer that was lost.
      await extend();
      await sendHeartbeat(session, call);
    }
  };
}
