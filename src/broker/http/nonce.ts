import { createHmac, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import { decodeBase64url } from '../../protocol/base64url.ts';

const lifeSeconds = 120;
/** A replica’s clock may run ahead; beyond this a used nonce would outlive the memory of its use. */
const furthestSeconds = 300;
const timeBytes = 4;
const randomLength = 16;
const macBytes = 16;

/**
 * A nonce for the next proof (RFC 9449 §8): when it ends (32 bits of seconds), 16 random bytes, and the first 16 bytes
 * of an HMAC-SHA256 over both. Nothing is stored until it is used; whoever has the key knows its own.
 */
export function makeNonce(key: KeyObject, now: Date): string {
  const head = Buffer.concat([Buffer.alloc(timeBytes), randomBytes(randomLength)]);
  head.writeUInt32BE(Math.floor(now.getTime() / 1000) + lifeSeconds);
  return Buffer.concat([head, mac(key, head)]).toString('base64url');
}

/** Whether the nonce is ours and not over. That it is new is for the store to say. */
export function nonceHolds(key: KeyObject, nonce: string, now: Date): boolean {
  const octets = nonce.length > 64 ? undefined : decodeBase64url(nonce);
  if (octets?.length !== timeBytes + randomLength + macBytes) return false;
  const head = octets.subarray(0, timeBytes + randomLength);
  if (!timingSafeEqual(mac(key, head), octets.subarray(head.length))) return false;
  const leftSeconds = Buffer.from(head).readUInt32BE() - now.getTime() / 1000;
  return leftSeconds > 0 && leftSeconds <= furthestSeconds;
}

function mac(key: KeyObject, head: Uint8Array): Buffer {
  return createHmac('sha256', key).update('DPoP-Nonce').update(head).digest().subarray(0, macBytes);
}
