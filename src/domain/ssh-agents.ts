/** A run's own ssh-agent(1): it holds a key for later steps, at a socket of ours, until what was lent ends. */
export interface SshAgents {
  /**
   * The programs that it takes.
   * @param program absolute path of another ssh-agent than the first on PATH that only root can have put there
   * @throws CredsError `input-invalid` where there is none
   */
  find(program: string | undefined, path: string | undefined): SshAgentPrograms;
  /**
   * Starts one that holds nothing yet, and that ends by itself after so many seconds.
   * @returns its pid
   * @throws Error when it does not come to answer at the socket; nothing of it is left then
   */
  start(
    programs: SshAgentPrograms,
    life: { readonly socket: string; readonly seconds: number },
  ): Promise<number>;
  /** One question (draft-ietf-sshm-ssh-agent §3), without its length. @throws Error when there is no whole answer */
  ask(socket: string, question: Uint8Array): Promise<Uint8Array>;
  /**
   * Ends what `start` has started at this socket: known by its own command line, so that no other process is hit,
   * whatever has become of its pid.
   * @returns false where no such process is to be seen from here
   */
  end(socket: string): Promise<boolean>;
}

export interface SshAgentPrograms {
  readonly agent: string;
  /** sleep(1), with whose end the agent ends. */
  readonly sleep: string;
}
