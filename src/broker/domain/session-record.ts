/** What the store knows of one session. Nothing in it is secret. */
export interface SessionRecord {
  readonly id: string;
  readonly issuer: string;
  readonly job: string;
  /** RFC 7638 thumbprint of the key that opened it, and that alone may use it. */
  readonly thumbprint: string;
  /** What is remembered of the ID token's claims, as parsed JSON. */
  readonly claims: unknown;
  readonly tokenKey: string;
  readonly tokenExpiresAt: Date;
  /** Its request was approved: what it lent may be renewed without another approval. */
  readonly approved: boolean;
  readonly openedAt: Date;
  /** Nothing is lent in it afterwards. No repetition and no extension moves it. */
  readonly expiresAt: Date;
}
