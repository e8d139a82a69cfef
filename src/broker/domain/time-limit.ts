import type { BrokerClock } from './outside.ts';

/** The work was not done in time; whether it will yet be is not known. */
export class Overtime extends Error {
  constructor() {
    super('it took too long');
    this.name = 'Overtime';
  }
}

/** Why a signal ends whose work is over: one for all, since an error of its own for each costs more than the rest. */
let over: Error | undefined;

/**
 * Gives work so many milliseconds, whether it listens to its signal or not.
 * @throws Overtime
 */
export async function withTimeLimit<T>(
  clock: BrokerClock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const overtime = clock.sleep(ms, ending.signal).then(() => {
    throw new Overtime();
  });
  overtime.catch(() => undefined);
  try {
    return await Promise.race([work(ending.signal), overtime]);
  } finally {
    ending.abort((over ??= new Error('the work is over')));
  }
}
