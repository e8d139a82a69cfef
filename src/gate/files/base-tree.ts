/** Files as they are in the branch that a change goes to. */
export interface BaseTree {
  /** What it is called in messages: a branch, or what was named. */
  readonly name: string;
  /** Somebody asked for it: then the gate ends where it cannot be read. */
  readonly asked: boolean;
  /**
   * @param path from where the gate was started
   * @returns undefined where the branch has no such file
   * @throws Error that says why it cannot be read
   */
  read(path: string, maxBytes: number): Promise<string | undefined>;
}
