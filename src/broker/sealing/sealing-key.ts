import type { Secret } from '../../domain/secret.ts';

/** A key under which secrets are sealed, and by what name sealed values call it (`kid`). */
export interface SealingKey {
  readonly id: string;
  /** 32 octets, for AES-256. */
  readonly octets: Uint8Array;
}

/** What a source of keys may use, and from where its paths count. */
export interface KeyPlace {
  readonly folder: string;
  readonly host: KeyHost;
}

/** Of the outside world what keys come from. */
interface KeyHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined when there is no such file. */
  readonly files: { read(path: string, maxBytes: number): string | undefined };
  /** Runs a program without a shell. Rejects in words that go after its name. */
  run(
    command: readonly [string, ...string[]],
    limits: { readonly ms: number; readonly maxBytes: number },
  ): Promise<string>;
}

/**
 * Where the text of a sealing key comes from.
 * @throws KeyTrouble when there is none
 */
export type KeySource<Named> = (named: Named, place: KeyPlace) => Promise<Secret>;

/** A key cannot be had, or is none. The message is the end of a sentence, and holds nothing of the key. */
export class KeyTrouble extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyTrouble';
  }
}
