import { BlockList, isIP } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast and the reserved rest. */
const specialV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/**
 * https://www.iana.org/assignments/iana-ipv6-special-registry, within the one range that is given out (2000::/3). What
 * lies outside it (loopback, mapped IPv4, NAT64, unique local, link local, multicast) is not public anyway.
 */
const givenV6 = ['2000::', 3] as const;
const specialV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Finds out whether an address belongs to the public Internet. Anything that is no address does not. */
export function publicAddresses(): (address: string) => boolean {
  const special = new BlockList();
  for (const [network, bits] of specialV4) special.addSubnet(network, bits, 'ipv4');
  for (const [network, bits] of specialV6) special.addSubnet(network, bits, 'ipv6');
  const given = new BlockList();
  given.addSubnet(...givenV6, 'ipv6');
  return (address) => {
    switch (isIP(address)) {
      case 4:
        return !special.check(address, 'ipv4');
      case 6:
        return !address.includes('%') && given.check(address, 'ipv6') && !special.check(address, 'ipv6');
      default:
        return false;
    }
  };
}
