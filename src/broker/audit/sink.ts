/** A place where audit lines go. One write at a time. */
export interface AuditSink {
  readonly kind: 'file' | 'stdout';
  /** Resolves when the lines are as safe there as the place can make them. */
  write(lines: string): Promise<void>;
  close(): Promise<void>;
}
