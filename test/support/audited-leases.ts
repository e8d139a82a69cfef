/** How leases stand by a broker's audit. */
import { setTimeout as sleep } from 'node:timers/promises';

interface LeaseEvent {
  readonly metadata: { readonly event_code: string };
  readonly unmapped?: { readonly lease_id?: string; readonly state?: string };
}

/** The last state of each lease, the oldest first. */
export function leasesIn(lines: readonly string[]): Map<string, string> {
  const states = new Map<string, string>();
  for (const line of lines) {
    const { metadata, unmapped: { lease_id: id = '', state = '' } = {} } = JSON.parse(line) as LeaseEvent;
    if (metadata.event_code === 'lease') states.set(id, state);
  }
  return states;
}

/**
 * The same once none is being revoked: what the worker was quicker to revoke than the request is told as revoked as
 * soon as the store has it, and stands in the audit a moment later. Gives up waiting after ten seconds.
 */
export async function settledLeases(lines: () => readonly string[]): Promise<Map<string, string>> {
  for (let rounds = 500; ; rounds--) {
    const states = leasesIn(lines());
    if (rounds === 0 || ![...states.values()].includes('revoking')) return states;
    await sleep(20);
  }
}
