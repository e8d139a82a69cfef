import type { BrokerClock } from './outside.ts';

/** The work was not done in time; whether it will yet be is not known. */
export class Overtime extends Error {
  constructor() {
    super('it took too long');
    this.name = 'Overtime';
  }
}

/**
 * Gives work so many milliseconds, whether it listens to its signal or not.
 * @throws Overtime
 */
export async function withTimeLimit<T>(
  clock: BrokerClock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const overtime = clock.sleep(ms, over.signal).then(() => {
    throw new Overtime();
  });
  overtime.catch(() => undefined);
  try {
    return await Promise.race([work(over.signal), overtime]);
  } finally {
    over.abort();
  }
}
