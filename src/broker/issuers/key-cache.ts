import type { Transport } from '../../domain/host.ts';
import type { BrokerClock } from '../domain/outside.ts';
import { readKeySet, type KeySet, type VerificationKey } from '../../protocol/jwks.ts';
import type { Issuer } from '../domain/issuer.ts';
import { unavailable } from '../domain/refusal.ts';

/** After this a key that the issuer withdrew is no longer believed, while the issuer answers. */
const maxAgeMs = 10 * 60_000;
/** While the issuer does not answer, the last good set serves this much longer than nothing. */
const maxStaleMs = 60 * 60_000;
/** At most one request to an issuer in this time, whatever `kid` strangers send. */
const cooldownMs = 30_000;
const timeoutMs = 5000;
const maxBytes = 256 * 1024;

interface Deps {
  readonly clock: BrokerClock;
  readonly send: Transport;
  /** Called when a refresh failed; a set that is still served is then stale. */
  readonly onTrouble?: (what: string) => void;
}

/** The public keys of one issuer, from its pinned address: cached, refreshed by one request at a time. */
export class KeyCache {
  readonly #issuer: Issuer;
  readonly #deps: Deps;
  #set: KeySet | undefined;
  #fetchedMs = -Infinity;
  #triedMs = -Infinity;
  #underWay: Promise<void> | undefined;

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
    if (this.#ageMs() > maxAgeMs || this.#set?.keys.has(kid) !== true) await this.#refresh();
    if (this.#set === undefined || this.#ageMs() > maxStaleMs) throw unavailable('issuer');
    return this.#set.keys.get(kid);
  }

  #ageMs(): number {
    return this.#deps.clock.monotonicMs() - this.#fetchedMs;
  }

  async #refresh(): Promise<void> {
    if (this.#underWay === undefined) {
      if (this.#deps.clock.monotonicMs() - this.#triedMs < cooldownMs) return;
      this.#triedMs = this.#deps.clock.monotonicMs();
      this.#underWay = this.#fetch().finally(() => {
        this.#underWay = undefined;
      });
    }
    await this.#underWay;
  }

  /** Takes a new set whole, or keeps the old one. */
  async #fetch(): Promise<void> {
    try {
      const answer = await this.#deps.send({
        method: 'GET',
        url: this.#issuer.keysUrl,
        headers: { accept: 'application/jwk-set+json, application/json' },
        maxBytes,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.status !== 200) throw new Error(`status ${String(answer.status)}`);
      this.#set = await readKeySet(answer.body, this.#issuer.algorithms);
      this.#fetchedMs = this.#deps.clock.monotonicMs();
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      this.#deps.onTrouble?.(`the keys of ${this.#issuer.url} could not be fetched: ${why}`);
    }
  }
}
