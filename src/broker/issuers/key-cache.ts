import type { Transport } from '../../domain/host.ts';
import type { KeySet, VerificationKey } from '../../protocol/jwks.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { BrokerClock } from '../domain/outside.ts';
import { unavailable } from '../domain/refusal.ts';
import { withTimeLimit } from '../domain/time-limit.ts';
import { fetchKeys, type RemoteKeys } from './fetch-keys.ts';

/** From here on a set is refreshed while it still serves, so that nobody waits for it. */
const freshMs = 5 * 60_000;
/** After this a key that the issuer withdrew is no longer believed, while the issuer answers. */
const maxAgeMs = 10 * 60_000;
/** While the issuer does not answer, the last good set serves until it is this old. */
const maxStaleMs = 60 * 60_000;
/** At most one request to an issuer in this time, whatever `kid` strangers send. */
const cooldownMs = 30_000;
/** So long after a failure nobody who names a known key waits for the next try. */
const troubleMs = 60_000;
const timeoutMs = 5000;

interface Deps {
  readonly clock: BrokerClock;
  readonly send: Transport;
  /** Takes what an operator should know; must not throw. */
  readonly note: (event: AuditEvent) => void;
}

/** The public keys of one issuer: cached, refreshed by one request at a time, never replaced by something unfit. */
export class KeyCache {
  readonly #issuer: Issuer;
  readonly #deps: Deps;
  #set: KeySet | undefined;
  #fetchedMs = -Infinity;
  #triedMs = -Infinity;
  #failedMs = -Infinity;
  #underWay: Promise<void> | undefined;
  /** What was said last of failures and of dropped keys. */
  #told = { trouble: '', dropped: '' };

  constructor(issuer: Issuer, deps: Deps) {
    this.#issuer = issuer;
    this.#deps = deps;
  }

  /**
   * The key of this name. An unknown name causes one refresh, at most every 30 seconds.
   * @returns undefined when the issuer has no such key
   * @throws Refusal `temporarily_unavailable` (issuer) when no set young enough can be had
   */
  async find(kid: string): Promise<VerificationKey | undefined> {
    const { keys: source } = this.#issuer;
    if (source.from === 'file') return source.set.keys.get(kid);
    if (this.#set?.keys.has(kid) !== true) await this.#refresh(source);
    else if (this.#ageMs() > freshMs) {
      const refreshed = this.#refresh(source);
      if (this.#mustWait()) await refreshed;
    }
    if (this.#set === undefined || this.#ageMs() > maxStaleMs) throw unavailable('issuer');
    return this.#set.keys.get(kid);
  }

  /** How old the keys are, in seconds; undefined when none were fetched yet. Keys of a file have no age. */
  get ageSeconds(): number | undefined {
    if (this.#issuer.keys.from === 'file') return 0;
    return this.#set === undefined ? undefined : this.#ageMs() / 1000;
  }

  /** Whether a token of the issuer could be verified now without asking it. */
  get usable(): boolean {
    return this.#issuer.keys.from === 'file' || (this.#set !== undefined && this.#ageMs() <= maxStaleMs);
  }

  #ageMs(): number {
    return this.#deps.clock.monotonicMs() - this.#fetchedMs;
  }

  /** Whether even a known key counts only when the issuer was asked again. */
  #mustWait(): boolean {
    const inTrouble = this.#deps.clock.monotonicMs() - this.#failedMs < troubleMs;
    return this.#ageMs() > (inTrouble ? maxStaleMs : maxAgeMs);
  }

  /** Never rejects. */
  async #refresh(source: RemoteKeys): Promise<void> {
    if (this.#underWay === undefined) {
      if (this.#deps.clock.monotonicMs() - this.#triedMs < cooldownMs) return;
      this.#triedMs = this.#deps.clock.monotonicMs();
      this.#underWay = this.#fetch(source).finally(() => {
        this.#underWay = undefined;
      });
    }
    await this.#underWay;
  }

  /** Takes a new set whole, or keeps the old one. */
  async #fetch(source: RemoteKeys): Promise<void> {
    const { clock, send } = this.#deps;
    try {
      this.#set = await withTimeLimit(clock, timeoutMs, (signal) =>
        fetchKeys(this.#issuer, source, { send, signal }),
      );
      this.#fetchedMs = clock.monotonicMs();
      this.#failedMs = -Infinity;
      this.#tellKeys(this.#set);
    } catch (error) {
      this.#failedMs = clock.monotonicMs();
      this.#tellTrouble(error instanceof Error ? error.message : 'unknown');
    }
  }

  /** The keys that were left out are told when they change, and so is that the issuer answers again. */
  #tellKeys({ keys, dropped }: KeySet): void {
    const summary = dropped.toSorted().join(', ');
    const recovered = this.#told.trouble !== '';
    if (summary === this.#told.dropped && !recovered) return;
    this.#told = { trouble: '', dropped: summary };
    const left = dropped.length === 0 ? '' : `; ${String(dropped.length)} left out: ${summary}`;
    this.#deps.note({
      name: 'issuer',
      outcome: 'success',
      message: `the keys of ${this.#issuer.url} were fetched: ${String(keys.size)} in use${left}`,
    });
  }

  #tellTrouble(why: string): void {
    this.#told.trouble = why;
    const until =
      this.#set === undefined ? 'it has none' : 'the last good ones serve until they are an hour old';
    this.#deps.note({
      name: 'issuer',
      outcome: 'failure',
      message: `the keys of ${this.#issuer.url} could not be fetched: ${why}; ${until}`,
      alarm: true,
    });
  }
}
