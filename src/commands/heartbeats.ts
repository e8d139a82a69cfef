import { startDeadline } from '../domain/deadline.ts';
import { formatDuration } from '../domain/duration.ts';
import { CredsError, type ErrorCode } from '../domain/errors.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import type { Call } from '../protocol/http.ts';
import type { IdTokenSource } from '../id-tokens/id-token-source.ts';
import type { Pulse } from '../providers/provider.ts';

/** The broker has said that no heartbeat counts any more. */
const final: readonly ErrorCode[] = ['identity-refused', 'policy-denied', 'request-refused'];

/** From whom heartbeats come, and how. */
interface Heart {
  readonly pulse: Pulse;
  readonly source: IdTokenSource;
  /** PEM text of certificate authorities to trust besides the usual ones. */
  readonly trust: string | undefined;
}

/**
 * Sends heartbeats at a third of the time that the loan lives without any, until it is stopped. One that fails is
 * sent again four times as often, and told once; it never ends anything by itself. When the broker takes none any
 * more, or the loan must be dead, that is told and no further one is sent. One that comes too late the broker takes, too,
 * for whatever else the session has: then only that is told.
 * @returns stops it
 */
export function keepBeating(heart: Heart, { job, host }: Whereabouts): () => void {
  const { pulse, source, trust } = heart;
  const stopped = new AbortController();
  const calm = { ...host, signal: stopped.signal };
  const lifeMs = pulse.seconds * 1000;
  const everyMs = lifeMs / 3;
  let last = host.clock.monotonicMs();
  let told = false;
  let cancel = (): void => undefined;

  const wait = (ms: number): void => {
    cancel = host.clock.after(ms, () => void beat());
  };
  const beat = async (): Promise<void> => {
    const call: Call = {
      host: calm,
      deadline: startDeadline(host.clock, everyMs / 1000),
      ...(trust === undefined ? {} : { trust }),
    };
    const sentAt = host.clock.monotonicMs();
    try {
      await pulse.beat(call, (audience) => source.request(audience, call));
      if (sentAt - last >= lifeMs) {
        const without = formatDuration(pulse.seconds);
        job.tell('warning', `The broker heard no heartbeat for ${without}: what was borrowed has ended.`);
      }
      last = sentAt;
      if (!stopped.signal.aborted) wait(everyMs);
    } catch (error) {
      if (!stopped.signal.aborted) missed(error);
    }
  };
  const missed = (error: unknown): void => {
    const why = error instanceof CredsError ? error.message : 'A defect: please report it.';
    const dead = host.clock.monotonicMs() - last >= lifeMs;
    if (dead || (error instanceof CredsError && final.includes(error.code))) {
      const ends = dead ? 'has ended by now' : `ends within ${formatDuration(pulse.seconds)}`;
      job.tell('warning', `Heartbeats reach the broker no more: what was borrowed ${ends}. ${why}`);
      return;
    }
    if (!told) job.tell('warning', `A heartbeat did not reach the broker; it is sent again. ${why}`);
    told = true;
    wait(everyMs / 4);
  };

  wait(everyMs);
  return () => {
    stopped.abort();
    cancel();
  };
}
