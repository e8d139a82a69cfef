import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from '../../../domain/secret.ts';

/** PostgreSQL's own number. More would only slow down each login: the passwords are 256 random bits. */
const standardIterations = 4096;
const saltBytes = 16;
const keyBytes = 32;

interface Choices {
  readonly salt?: Buffer;
  readonly iterations?: number;
}

/**
 * What PostgreSQL keeps of a password (RFC 5802 §3, RFC 7677; its form: `SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER`,
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html). Made here, so that the password itself never stands
 * in a statement, nor in the server's log. Nobody can log in with it.
 * @param password printable ASCII, which SASLprep (RFC 4013) leaves as it is
 */
export async function scramVerifier(
  password: Secret,
  { salt = randomBytes(saltBytes), iterations = standardIterations }: Choices = {},
): Promise<string> {
  const salted = await promisify(pbkdf2)(password.reveal(), salt, iterations, keyBytes, 'sha256');
  const keyed = (label: string): Buffer => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const server = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${String(iterations)}:${salt.toString('base64')}$${stored}:${server}`;
}
