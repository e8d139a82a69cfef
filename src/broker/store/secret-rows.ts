import type { SecretReader, SecretRecord, SecretVersion } from '../domain/secret-record.ts';
import type { Envelope } from '../sealing/envelope.ts';
import type { Row } from './database.ts';

export const secretColumns =
  'name, current, latest, reads, reads_since, read_at, created_at, changed_at, rotating_until, rotation_failures, rotate_at';

/** A row of `secrets`. PostgreSQL gives BIGINT as text. */
export function toSecret(row: Row): SecretRecord {
  return {
    name: String(row['name']),
    current: Number(row['current']),
    latest: Number(row['latest']),
    reads: Number(row['reads']),
    readsSince: Number(row['reads_since']),
    readAt: when(row['read_at']),
    createdAt: new Date(Number(row['created_at'])),
    changedAt: new Date(Number(row['changed_at'])),
    rotatingUntil: when(row['rotating_until']),
    rotationFailures: Number(row['rotation_failures']),
    rotateAt: new Date(Number(row['rotate_at'])),
  };
}

/** A row of `secret_versions`. */
export function toVersion(row: Row): SecretVersion {
  return {
    version: Number(row['version']),
    createdAt: new Date(Number(row['created_at'])),
    createdBy: String(row['created_by']),
    reads: Number(row['reads']),
    keyId: String(row['key_id']),
    graceUntil: when(row['grace_until']),
    destroyedAt: when(row['destroyed_at']),
  };
}

/** A row of `secret_readers`. */
export function toReader(row: Row): SecretReader {
  return {
    issuer: String(row['issuer']),
    repositoryId: String(row['repository_id']),
    repository: String(row['repository']),
    reads: Number(row['reads']),
    readAt: new Date(Number(row['read_at'])),
  };
}

export const envelopeColumns = 'content, wrapped_key, key_id';

/** What is sealed in a row of `secret_versions`. */
export function toEnvelope(row: Row): Envelope {
  return {
    content: String(row['content']),
    wrappedKey: String(row['wrapped_key']),
    keyId: String(row['key_id']),
  };
}

function when(value: unknown): Date | undefined {
  return Number(value) === 0 ? undefined : new Date(Number(value));
}
