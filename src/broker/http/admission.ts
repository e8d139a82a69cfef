import type { HangUp } from './connection.ts';
import { Refusal } from '../domain/refusal.ts';
import { tooMany } from './rate-limit.ts';

/** How many may verify at once, and how much may wait for it: as many requests, or what they hold (see `Place`). */
export interface QueueSize {
  readonly atOnce: number;
  readonly perNetwork: number;
  readonly inAll: number;
}

/** How a request waits. */
export interface Place {
  /** Tells when the caller is gone; it then leaves the queue. Absent: what it sent is worked on all the same. */
  readonly onHangUp?: HangUp;
  /** What it takes of the room while it waits; by default 1. */
  readonly size?: number;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (refusal: Refusal) => void;
  readonly size: number;
}

/** Those of one network, in the order in which they came. */
interface Line {
  readonly all: Waiting[];
  size: number;
}

/**
 * Lets few verify at once, and the networks in turn: whoever sends a thousand requests waits behind its own. When the
 * queue is full the longest line loses its last; a network that waits for less than that gets in.
 */
export class FairQueue {
  readonly #size: QueueSize;
  /** The network whose turn is next stands first. No line is empty. */
  readonly #lines = new Map<string, Line>();
  /** Whoever had a turn and needs another goes first: what is begun is to end. As many as had one, so not bounded. */
  readonly #begun: (() => void)[] = [];
  #running = 0;
  #waiting = 0;
  #held = 0;

  /** How many verify, and how many wait for it. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#waiting + this.#begun.length };
  }

  constructor(size: QueueSize) {
    this.#size = size;
  }

  /**
   * Does the work when it is the network's turn.
   * @throws Refusal `rate_limited` when too many are waiting
   */
  async run<T>(network: string, work: () => Promise<T>, place: Place = {}): Promise<T> {
    if (this.#running < this.#size.atOnce) this.#running += 1;
    else await this.#wait(network, place);
    try {
      return await work();
    } finally {
      this.#handOver();
    }
  }

  /** Does the further work of a request that had its network's turn. */
  async goOn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#size.atOnce) this.#running += 1;
    else await new Promise<void>((resolve) => this.#begun.push(resolve));
    try {
      return await work();
    } finally {
      this.#handOver();
    }
  }

  #wait(network: string, { onHangUp, size = 1 }: Place): Promise<void> {
    this.#makeRoom(network, size);
    return new Promise((resolve, reject) => {
      const waiting = { start: resolve, refuse: reject, size };
      const line = this.#lines.get(network) ?? { all: [], size: 0 };
      this.#lines.set(network, line);
      line.all.push(waiting);
      line.size += size;
      this.#waiting += 1;
      this.#held += size;
      onHangUp?.(() => {
        if (this.#leave(network, waiting)) reject(new Refusal('invalid_request', 'the caller hung up'));
      });
    });
  }

  #makeRoom(network: string, size: number): void {
    const own = this.#lines.get(network)?.size ?? 0;
    if (own + size > this.#size.perNetwork) throw full();
    while (this.#held + size > this.#size.inAll) {
      let longest: [string, Line] | undefined;
      for (const line of this.#lines)
        if (longest === undefined || line[1].size > longest[1].size) longest = line;
      const last = longest?.[1].all.at(-1);
      if (longest === undefined || last === undefined || longest[1].size <= own + size) throw full();
      this.#leave(longest[0], last);
      last.refuse(full());
    }
  }

  /** The place of one who is done goes to the first of the next line, and that line behind the others. */
  #handOver(): void {
    const begun = this.#begun.shift();
    if (begun !== undefined) {
      begun();
      return;
    }
    const [next] = this.#lines;
    const first = next?.[1].all[0];
    if (next === undefined || first === undefined) {
      this.#running -= 1;
      return;
    }
    const [network, line] = next;
    this.#leave(network, first);
    this.#lines.delete(network);
    if (line.all.length > 0) this.#lines.set(network, line);
    first.start();
  }

  /** False when it waits no more. */
  #leave(network: string, waiting: Waiting): boolean {
    const line = this.#lines.get(network);
    const at = line?.all.indexOf(waiting) ?? -1;
    if (line === undefined || at === -1) return false;
    line.all.splice(at, 1);
    line.size -= waiting.size;
    if (line.all.length === 0) this.#lines.delete(network);
    this.#waiting -= 1;
    this.#held -= waiting.size;
    return true;
  }
}

function full(): Refusal {
  return tooMany('too many requests wait to be verified', 1);
}
