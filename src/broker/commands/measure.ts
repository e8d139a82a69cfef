import type { BrokerClock } from '../domain/outside.ts';
import type { AuditSink } from '../audit/sink.ts';
import type { OpenEngine } from '../engines/engine.ts';
import type { Store } from '../store/store.ts';
import type { Meters } from '../telemetry/meters.ts';
import type { ReadyRole } from './broker.ts';

/** Where the clock is, and what is counted. */
export interface Measure {
  readonly meters: Meters;
  readonly clock: Pick<BrokerClock, 'now' | 'monotonicMs'>;
}

/** Does the work and tells how long it took, and whether it was done. */
async function timed<T>(
  clock: Measure['clock'],
  work: () => Promise<T>,
  done: (seconds: number, outcome: 'success' | 'failure') => void,
): Promise<T> {
  const beganMs = clock.monotonicMs();
  const seconds = (): number => (clock.monotonicMs() - beganMs) / 1000;
  let result: T;
  try {
    result = await work();
  } catch (error) {
    done(seconds(), 'failure');
    throw error;
  }
  done(seconds(), 'success');
  return result;
}

/** Every transaction of the store, by the name of its call. */
export function measuredStore(store: Store, { meters, clock }: Measure): Store {
  const calls = Object.entries(store).map(([operation, call]: [string, unknown]) => {
    if (typeof call !== 'function') return [operation, call] as const;
    const measured = (...args: unknown[]): Promise<unknown> =>
      timed(
        clock,
        () => call.apply(store, args) as Promise<unknown>,
        (seconds, outcome) => {
          meters.store.observe({ operation, outcome }, seconds);
        },
      );
    return [operation, measured] as const;
  });
  return Object.fromEntries(calls) as unknown as Store;
}

/** Every write to a place of the audit log. */
export function measuredSink(sink: AuditSink, { meters, clock }: Measure): AuditSink {
  return {
    kind: sink.kind,
    write: (lines) =>
      timed(
        clock,
        () => sink.write(lines),
        (seconds, outcome) => {
          meters.auditWrites.observe({ sink: sink.kind, outcome }, seconds);
        },
      ),
    close: () => sink.close(),
  };
}

/** Every credential that a role's engine makes. */
export function measuredRole(role: ReadyRole, { meters, clock }: Measure): ReadyRole {
  const { engine } = role.terms;
  const { issue } = role.prepared;
  return {
    ...role,
    prepared: {
      ...role.prepared,
      issue: (mint) =>
        timed(
          clock,
          () => issue(mint),
          (seconds, outcome) => {
            meters.mints.observe({ engine, outcome }, seconds);
          },
        ),
    },
  };
}

/** Beyond this many leases whose revocation has failed the time of the first attempt is not remembered. */
const mostFailed = 10_000;

/** Every attempt to revoke, and how late the one was that succeeded. */
export function measuredEngine(name: string, engine: OpenEngine, { meters, clock }: Measure): OpenEngine {
  const firstTried = new Map<string, number>();
  return {
    ...engine,
    revoke: async (lease, signal) => {
      const now = clock.now().getTime();
      const wantedAt = Math.min(lease.endsAt.getTime(), firstTried.get(lease.id) ?? now);
      await timed(
        clock,
        () => engine.revoke(lease, signal),
        (seconds, outcome) => {
          meters.revocations.observe({ engine: name, outcome }, seconds);
          if (outcome === 'success') {
            firstTried.delete(lease.id);
            const late = (clock.now().getTime() - wantedAt) / 1000;
            meters.revocationLag.observe({ engine: name }, Math.max(0, late));
          } else if (firstTried.size < mostFailed) firstTried.set(lease.id, wantedAt);
        },
      );
    },
  };
}
