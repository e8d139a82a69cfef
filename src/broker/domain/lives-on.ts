/** What of a lease can be revoked is; the rest ends by itself, and then it is to be revoked once more. */
export class LivesOn extends Error {
  readonly until: Date;

  constructor(until: Date) {
    super('a part of the lease cannot be revoked and lives on');
    this.name = 'LivesOn';
    this.until = until;
  }
}
