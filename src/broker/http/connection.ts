import { BlockList, isIP } from 'node:net';
import type { ClientCertificate } from '../domain/operator.ts';
import { plainAddress } from '../domain/network-range.ts';

/** What the server knows of a request besides the request itself. */
export interface Connection {
  /** Who is at the other end of the wire: a job, or a proxy. */
  readonly peer: string;
  /** The target as it came, so that the octets of its query are known. */
  readonly target?: string;
  /** How long the headers are as they came; one that comes often counts as often. */
  readonly headerBytes?: number;
  /**
   * Reads the content; the request's own is read where this is absent, at several times the cost.
   * @returns undefined when it is longer than so many bytes. @throws Error when it ends early
   */
  readonly content?: (longest: number) => Promise<Uint8Array | undefined>;
  /** An answer's text is sent as it is, without a body made of it: see `jsonAnswer`. */
  readonly takesText?: true;
  /** Of the client, where the listener asks for one and its authority signed it. */
  readonly certificate?: ClientCertificate;
  /** Calls back when the caller is gone, or its answer is sent. */
  readonly onHangUp?: HangUp;
}

export type HangUp = (callback: () => void) => void;

/** Finds the caller's address behind proxies. */
export type FindAddress = (connection: Connection, forwardedFor: string | null) => string;

/**
 * Reads X-Forwarded-For from the right for as long as the one who wrote an entry is a proxy that is trusted: what a
 * stranger writes there moves no limit and no log.
 */
export function addressFinder(trustedProxies: readonly string[]): FindAddress {
  const isTrusted = within(trustedProxies);
  return ({ peer }, forwardedFor) => {
    let address = plain(peer);
    if (!isTrusted(address)) return address;
    const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim()));
    do {
      const next = hops.pop();
      if (next === undefined || isIP(next) === 0) break;
      address = next;
    } while (isTrusted(address));
    return address;
  };
}

/** Whether an address is in one of these CIDR ranges. */
export function within(ranges: readonly string[]): (address: string) => boolean {
  const known = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    known.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** IPv4 within IPv6 is IPv4; a zone (`fe80::1%eth0`) or a port (`192.0.2.1:4711`, `[::1]:4711`) is no part of an address. */
function plain(text: string): string {
  const [, bracketed] = /^\[([^\]]*)\]/.exec(text) ?? [];
  const address = (bracketed ?? text.replace(/^([\d.]+):\d+$/, '$1')).replace(/%.*$/, '');
  return plainAddress(address) ?? address;
}
