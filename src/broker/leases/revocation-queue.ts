import type { Places } from '../domain/places.ts';
import type { Breakers } from './breaker.ts';

/** Attempts that the queue makes at a time in one backend. */
const mostAtOnce = 32;

interface QueueParts {
  /** The backends in which something is due. */
  readonly dueBackends: () => Promise<readonly string[]>;
  /**
   * Claims so many that are due and begins an attempt at each, which tells the breakers. Each gives back its place when
   * it ends, and what is not claimed does at once.
   * @returns the attempts; one rejects when its outcome could not be stored
   */
  readonly begin: (backend: string, limit: number) => Promise<readonly Promise<unknown>[]>;
  readonly breakers: Breakers;
  /** Of the attempts in one backend. */
  readonly places: (backend: string) => Places;
}

/** What waits to be revoked, each backend by itself: one that is slow or dead holds up no other. */
export interface RevocationQueue {
  /**
   * Begins to work off what is due in each backend that nobody works at yet.
   * @returns a promise, once it has begun, of the end of what was begun
   */
  work(): Promise<{ readonly done: Promise<void> }>;
  /** Claims nothing more. Resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function revocationQueue(parts: QueueParts): RevocationQueue {
  const busy = new Map<string, Promise<void>>();

  let stopped = false;

  async function drain(backend: string): Promise<void> {
    while (!stopped) {
      const room = await roomIn(backend);
      if (room === 0) return;
      const attempts = await parts.begin(backend, room);
      await Promise.all(attempts);
      if (attempts.length < room) return;
    }
  }

  /** How many places it has taken. */
  async function roomIn(backend: string): Promise<number> {
    const places = parts.places(backend);
    const taken = await places.take(mostAtOnce);
    const room = stopped ? 0 : Math.min(taken, parts.breakers.room(backend));
    places.free(taken - room);
    return room;
  }

  function begin(backend: string): Promise<void> {
    const draining = drain(backend).finally(() => busy.delete(backend));
    busy.set(backend, draining);
    return draining;
  }

  return {
    work: async () => {
      const due = await parts.dueBackends();
      const begun = due.filter((backend) => !busy.has(backend)).map(begin);
      const done = Promise.all(begun).then(() => undefined);
      // Whoever takes no interest in the end is not told of it by the process's death.
      done.catch(() => undefined);
      return { done };
    },
    stop: async () => {
      stopped = true;
      await Promise.allSettled(busy.values());
    },
  };
}
