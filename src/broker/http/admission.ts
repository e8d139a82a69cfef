import type { HangUp } from './connection.ts';
import { Refusal } from '../domain/refusal.ts';
import { tooMany } from './rate-limit.ts';

/** How many may verify at once, and how many may wait for it. */
export interface QueueSize {
  readonly atOnce: number;
  readonly perNetwork: number;
  readonly inAll: number;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (refusal: Refusal) => void;
}

/**
 * Lets few verify at once, and the networks in turn: whoever sends a thousand requests waits behind its own. When the
 * queue is full the longest line loses its last; a network that waits for less than that gets in.
 */
export class FairQueue {
  readonly #size: QueueSize;
  /** The network whose turn is next stands first. No line is empty. */
  readonly #lines = new Map<string, Waiting[]>();
  /** Whoever had a turn and needs another goes first: what is begun is to end. As many as had one, so not bounded. */
  readonly #begun: (() => void)[] = [];
  #running = 0;
  #waiting = 0;

  /** How many verify, and how many wait for it. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#running, waiting: this.#waiting + this.#begun.length };
  }

  constructor(size: QueueSize) {
    this.#size = size;
  }

  /**
   * Does the work when it is the network's turn.
   * @param onHangUp tells when the caller is gone; it then leaves the queue
   * @throws Refusal `rate_limited` when too many are waiting
   */
  async run<T>(network: string, work: () => Promise<T>, onHangUp?: HangUp): Promise<T> {
    if (this.#running < this.#size.atOnce) this.#running += 1;
    else await this.#wait(network, onHangUp);
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

  #wait(network: string, onHangUp: HangUp | undefined): Promise<void> {
    this.#makeRoom(network);
    return new Promise((resolve, reject) => {
      const waiting = { start: resolve, refuse: reject };
      const line = this.#lines.get(network);
      if (line === undefined) this.#lines.set(network, [waiting]);
      else line.push(waiting);
      this.#waiting += 1;
      onHangUp?.(() => {
        if (this.#leave(network, waiting)) reject(new Refusal('invalid_request', 'the caller hung up'));
      });
    });
  }

  #makeRoom(network: string): void {
    const own = this.#lines.get(network)?.length ?? 0;
    if (own >= this.#size.perNetwork) throw full();
    if (this.#waiting < this.#size.inAll) return;
    let longest: [string, Waiting[]] | undefined;
    for (const line of this.#lines)
      if (longest === undefined || line[1].length > longest[1].length) longest = line;
    const last = longest?.[1].at(-1);
    if (longest === undefined || last === undefined || longest[1].length <= own + 1) throw full();
    this.#leave(longest[0], last);
    last.refuse(full());
  }

  /** The place of one who is done goes to the first of the next line, and that line behind the others. */
  #handOver(): void {
    const begun = this.#begun.shift();
    if (begun !== undefined) {
      begun();
      return;
    }
    const [next] = this.#lines;
    const first = next?.[1][0];
    if (next === undefined || first === undefined) {
      this.#running -= 1;
      return;
    }
    const [network, line] = next;
    this.#leave(network, first);
    this.#lines.delete(network);
    if (line.length > 0) this.#lines.set(network, line);
    first.start();
  }

  /** False when it waits no more. */
  #leave(network: string, waiting: Waiting): boolean {
    const line = this.#lines.get(network);
    const at = line?.indexOf(waiting) ?? -1;
    if (line === undefined || at === -1) return false;
    line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(network);
    this.#waiting -= 1;
    return true;
  }
}

function full(): Refusal {
  return tooMany('too many requests wait to be verified', 1);
}
