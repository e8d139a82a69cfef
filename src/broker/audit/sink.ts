/** A place where audit lines go. */
export interface AuditSink {
  readonly name: string;
  /** Resolves when the lines are as safe there as the place can make them. */
  write(lines: string): Promise<void>;
  close(): Promise<void>;
}
