import type { BrokerClock } from '../domain/outside.ts';

/**
 * Calls `tick` every `everyMs` milliseconds until the signal aborts; a tick that fails is told and the next one comes all the same.
 * @returns a promise that resolves when the last tick has ended
 */
export async function runWorker(
  clock: BrokerClock,
  tick: () => Promise<void>,
  options: {
    readonly everyMs: number;
    readonly signal: AbortSignal;
    readonly onTrouble: (error: unknown) => void;
  },
): Promise<void> {
  while (!options.signal.aborted) {
    try {
      await tick();
    } catch (error) {
      options.onTrouble(error);
    }
    await clock.sleep(options.everyMs, options.signal).catch(() => undefined);
  }
}
