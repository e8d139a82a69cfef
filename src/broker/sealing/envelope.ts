import { randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { Secret } from '../../domain/secret.ts';
import { UnsealError, keyIdOf } from './sealed-secret.ts';
import type { SealingKey } from './sealing-key.ts';

/** A secret sealed under a data key of its own, and that key sealed under a sealing key: two compact JWE (RFC 7516). */
export interface Envelope {
  readonly content: string;
  readonly wrappedKey: string;
  /** The sealing key that wraps the data key. */
  readonly keyId: string;
}

/** What an envelope is for; it opens for nothing else. */
export interface EnvelopeLabel {
  readonly secret: string;
  readonly version: number;
}

/** AES-256-GCM, here with the data key itself (RFC 7518 section 4.5), and for the key AES Key Wrap with AES-GCM (4.7). */
const contentEncryption = 'A256GCM';
const direct = 'dir';
const keyWrap = 'A256GCMKW';
const dataKeyOctets = 32;

/** Makes a data key, which nothing but this envelope has, and seals under it. */
export async function sealEnvelope(
  value: Secret,
  label: EnvelopeLabel,
  sealingKey: SealingKey,
): Promise<Envelope> {
  const dataKey = new Uint8Array(randomBytes(dataKeyOctets));
  const content = await new CompactEncrypt(new TextEncoder().encode(value.reveal()))
    .setProtectedHeader({ alg: direct, enc: contentEncryption, ...label })
    .encrypt(dataKey);
  return { content, ...(await wrap(dataKey, label, sealingKey)) };
}

/**
 * What was sealed under this label.
 * @param keys whichever wraps the data key
 * @throws UnsealError
 */
export async function openEnvelope(
  envelope: Envelope,
  label: EnvelopeLabel,
  keys: ReadonlyMap<string, SealingKey>,
): Promise<Secret> {
  const dataKey = await unwrap(envelope, label, keys);
  const allowed = { keyManagementAlgorithms: [direct], contentEncryptionAlgorithms: [contentEncryption] };
  const text = await opened(envelope.content, label, { key: dataKey, allowed });
  if (text === undefined) throw new UnsealError('damaged', envelope.keyId);
  return new Secret(new TextDecoder().decode(text));
}

/** The data key under another sealing key; the content stays as it is. @throws UnsealError */
export async function rewrapEnvelope(
  envelope: Envelope,
  label: EnvelopeLabel,
  { keys, to }: { readonly keys: ReadonlyMap<string, SealingKey>; readonly to: SealingKey },
): Promise<Envelope> {
  const dataKey = await unwrap(envelope, label, keys);
  return { content: envelope.content, ...(await wrap(dataKey, label, to)) };
}

async function wrap(
  dataKey: Uint8Array,
  label: EnvelopeLabel,
  { id, octets }: SealingKey,
): Promise<Omit<Envelope, 'content'>> {
  const wrappedKey = await new CompactEncrypt(dataKey)
    .setProtectedHeader({ alg: keyWrap, enc: contentEncryption, kid: id, ...label })
    .encrypt(octets);
  return { wrappedKey, keyId: id };
}

async function unwrap(
  { wrappedKey }: Envelope,
  label: EnvelopeLabel,
  keys: ReadonlyMap<string, SealingKey>,
): Promise<Uint8Array> {
  const keyId = keyIdOf(wrappedKey);
  const key = keys.get(keyId);
  if (key === undefined) throw new UnsealError('key-missing', keyId);
  const allowed = { keyManagementAlgorithms: [keyWrap], contentEncryptionAlgorithms: [contentEncryption] };
  const dataKey = await opened(wrappedKey, label, { key: key.octets, allowed });
  if (dataKey?.length !== dataKeyOctets) throw new UnsealError('damaged', keyId);
  return dataKey;
}

/** Undefined: damaged, under another key, or of another secret or version. jose's reason would tell nobody more. */
async function opened(
  jwe: string,
  { secret, version }: EnvelopeLabel,
  { key, allowed }: { readonly key: Uint8Array; readonly allowed: Parameters<typeof compactDecrypt>[2] },
): Promise<Uint8Array | undefined> {
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, key, allowed);
    const isIt = protectedHeader['secret'] === secret && protectedHeader['version'] === version;
    return isIt ? plaintext : undefined;
  } catch {
    return undefined;
  }
}
