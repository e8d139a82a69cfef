import { isIP } from 'node:net';
import { fullMatch } from '../../domain/pattern.ts';

/** A range of addresses (RFC 4632 §3.1, RFC 4291 §2.3). */
export interface NetworkRange extends Address {
  /** As it was written. */
  readonly text: string;
  /** How many of the address's first bits count. */
  readonly length: number;
}

interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const bitsOf = { 4: 32, 6: 128 } as const;
/** ::ffff:0:0/96, IPv4 within IPv6 (RFC 4291 §2.5.5.2). */
const mappedPrefix = 0xffffn;

/**
 * Reads `192.0.2.0/24`, `2001:db8::/32`, or one address.
 * @returns a sentence that says what to write instead, where the text is no range
 */
export function readNetworkRange(text: string): NetworkRange | string {
  const [address = '', bits, ...rest] = text.split('/');
  const found = readAddress(address);
  if (found === undefined || rest.length > 0)
    return 'write a range (192.0.2.0/24, 2001:db8::/32) or an address';
  if (found.family === 4 && isIP(address) === 6)
    return 'this is IPv4 within IPv6: write the IPv4 range, which both spellings of a caller’s address fit';
  const most = bitsOf[found.family];
  if (bits !== undefined && (!fullMatch(/0|[1-9]\d{0,2}/, bits) || Number(bits) > most))
    return `write a length of 0 to ${String(most)} after the /`;
  const length = bits === undefined ? most : Number(bits);
  const free = BigInt(most - length);
  if ((found.value >> free) << free !== found.value)
    return `the address has bits beyond its /${String(length)}: write the range’s first address, or a longer length`;
  return { ...found, text, length };
}

/** Whether the address lies in one of the ranges; what is no address lies in none. */
export function isInRanges(ranges: readonly NetworkRange[], address: string): boolean {
  const found = readAddress(address);
  if (found === undefined) return false;
  return ranges.some(({ family, value, length }) => {
    const free = BigInt(bitsOf[family] - length);
    return family === found.family && value >> free === found.value >> free;
  });
}

/**
 * The address as those read it who know of one spelling only: IPv4 within IPv6 is written as IPv4.
 * @returns undefined for what is no address
 */
export function plainAddress(text: string): string | undefined {
  if (isIP(text) === 4) return text;
  const found = readAddress(text);
  if (found?.family !== 4) return found && text;
  return [24n, 16n, 8n, 0n].map((bits) => String((found.value >> bits) & 0xffn)).join('.');
}

/** One number for each address, however it is spelt; IPv4 within IPv6 is IPv4. A zone (`%eth0`) makes it none. */
function readAddress(text: string): Address | undefined {
  if (text.includes('%')) return undefined;
  switch (isIP(text)) {
    case 4:
      return { family: 4, value: numberOf(text.split('.'), 8n) };
    case 6: {
      const value = readV6(text);
      return value >> 32n === mappedPrefix ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
    }
    default:
      return undefined;
  }
}

function readV6(text: string): bigint {
  // Four octets at the end stand for two groups.
  const tail = text.slice(text.lastIndexOf(':') + 1);
  const octets = tail.includes('.') ? numberOf(tail.split('.'), 8n).toString(16).padStart(8, '0') : undefined;
  const plain =
    octets === undefined ? text : text.slice(0, -tail.length) + `${octets.slice(0, 4)}:${octets.slice(4)}`;
  const [head = '', back] = plain.split('::');
  const front = head === '' ? [] : head.split(':');
  const end = back === undefined || back === '' ? [] : back.split(':');
  const zeros = back === undefined ? 0 : 8 - front.length - end.length;
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...end];
  return numberOf(
    groups.map((group) => `0x${group}`),
    16n,
  );
}

function numberOf(parts: readonly string[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}
