/** One verb of `gate`. One file each under gate-verbs; gate.ts lists them. */
export interface GateVerb {
  /** What stands behind `gate`, for one who starts the bundle by itself. */
  readonly usage: string;
  /**
   * Reads what stands behind the verb. The grammar of the command line has found the words sound and says what is wrong
   * with them, so that no more than that is said here.
   * @returns what the verb does; undefined for words that are none of its
   * @throws Error as `parseArgs` does, for the same
   */
  read(words: readonly string[]): (() => Promise<GateEnd>) | undefined;
}

/** How a verb of the gate ends. */
export interface GateEnd {
  /** For standard output. */
  readonly out: string;
  /** 0 when nothing stops the job, 1 when something does, 2 when the gate could not find out. */
  readonly status: 0 | 1 | 2;
  /** For standard error: what could not be found out. */
  readonly problems?: string;
}
