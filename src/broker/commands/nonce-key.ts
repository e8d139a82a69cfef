import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { CredsError } from '../../domain/errors.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { attempt, maxFileBytes } from './named-file.ts';
import type { Settings } from './settings.ts';

const leastCharacters = 32;

/**
 * The key of the nonces, where they are asked for. A file that broker.yaml names must be there: replicas that each
 * made their own would refuse one another's nonces.
 * @throws CredsError `input-invalid`
 */
export function openNonceKey({ nonce }: Settings, host: BrokerHost): KeyObject | undefined {
  if (nonce === undefined) return undefined;
  const { path, shared } = nonce;
  const text = attempt(
    () => host.files.read(path, maxFileBytes) ?? (shared ? undefined : newKey(host, path)),
    (why) =>
      new CredsError('input-invalid', `The nonce key ${path} cannot be read or made (${why}).`, {
        hint: 'Check that its folder exists and that the broker may read and write there.',
      }),
  );
  const secret = (text ?? '').trim();
  if (secret.length < leastCharacters)
    throw new CredsError('input-invalid', `The nonce key ${path} is missing or too short.`, {
      hint: 'Make one with `openssl rand -base64 32`, the same for every replica, or leave `nonce_key` out.',
    });
  return createSecretKey(Buffer.from(secret));
}

function newKey(host: BrokerHost, path: string): string {
  const text = randomBytes(32).toString('base64url');
  host.files.create(path, `${text}\n`);
  return text;
}
