import { randomUUID } from 'node:crypto';
import { fingerprintEvent, type EventLink, type FingerprintedEvent } from './attested-event.ts';
import type { AuditKey } from './audit-key.ts';
import type { ChainNote, ChainStart } from './chain-note.ts';
import { signTogether } from './event-signature.ts';
import type { AuditRecord } from './ocsf.ts';
import type { AuditSink } from './sink.ts';

/** So many events share one write at most: the most that one failed write leaves in doubt. */
export const mostTogether = 256;

interface ChainOptions {
  readonly key: AuditKey;
  /** Who says so: the broker's public URL. */
  readonly authority: string;
  /** What the first event says of what was there before. */
  readonly found: Pick<ChainStart, 'previous' | 'torn' | 'unreadable'>;
}

interface Waiting {
  readonly record: AuditRecord;
  readonly last: boolean;
  readonly done: PromiseWithResolvers<undefined>;
}

/**
 * The events of this process at one sink, linked and signed in the order in which they are written there. One write at
 * a time; what arrives while it runs goes out with the next one, so many requests share one sync and one signature, by
 * which each line still holds alone.
 *
 * A number is never used twice: what was in a write that failed may be there or not, so the next event links to the
 * last one that is known to be there, and says which numbers are in doubt.
 */
export class AuditChain {
  readonly #sink: AuditSink;
  readonly #options: ChainOptions;
  readonly #uid = randomUUID();
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #sequence = 0;
  #acknowledged = 0;
  /** The last event that the sink took. */
  #previous: EventLink | undefined;

  constructor(sink: AuditSink, options: ChainOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Resolves when the sink has taken all of them; rejects as the sink does. */
  write(records: readonly AuditRecord[]): Promise<void> {
    return this.#add(records, false);
  }

  /** Writes a last event, if the sink takes it, and closes the sink. */
  async close(last: AuditRecord): Promise<void> {
    await this.#add([last], true).catch(() => undefined);
    await this.#sink.close();
  }

  async #add(records: readonly AuditRecord[], last: boolean): Promise<void> {
    const added = records.map((record) => ({ record, last, done: Promise.withResolvers<undefined>() }));
    this.#waiting.push(...added);
    // What is added in the same turn goes out together.
    this.#running ??= Promise.resolve().then(() => this.#run());
    await Promise.all(added.map(({ done }) => done.promise));
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostTogether);
      try {
        await this.#writeTogether(batch);
        for (const { done } of batch) done.resolve(undefined);
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    this.#running = undefined;
  }

  async #writeTogether(batch: readonly Waiting[]): Promise<void> {
    const events: FingerprintedEvent[] = [];
    let link = this.#previous;
    for (const [index, { record, last }] of batch.entries()) {
      const note = this.#noteFor(index === 0, last);
      const sequence = ++this.#sequence;
      const position = {
        authority: this.#options.authority,
        chain: this.#uid,
        sequence,
        previous: link,
        note,
      };
      const event = fingerprintEvent(record, position);
      events.push(event);
      link = event.link;
    }
    const digests = events.map(({ digest }) => digest);
    const signatures = signTogether(digests, this.#options.key);
    let lines = '';
    for (const [index, signed] of signatures.entries()) lines += events[index]?.line(signed) ?? '';
    await this.#sink.write(lines);
    this.#previous = link;
    this.#acknowledged = this.#sequence;
  }

  #noteFor(first: boolean, last: boolean): ChainNote | undefined {
    const { key, found } = this.#options;
    const [from, to] = [this.#acknowledged + 1, this.#sequence];
    const note: ChainNote = {
      ...(first && this.#previous === undefined
        ? { start: { sink: this.#sink.kind, key: key.publicJwk, ...found } }
        : {}),
      ...(first && from <= to ? { in_doubt: { from, to } } : {}),
      ...(last ? { ended: true } : {}),
    };
    return Object.keys(note).length === 0 ? undefined : note;
  }
}
