import { isIP } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import { isInRanges, readNetworkRange, type NetworkRange } from '../../../src/broker/domain/network-range.ts';

function range(text: string): NetworkRange {
  const found = readNetworkRange(text);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

const contains = (network: string, address: string): boolean => isInRanges([range(network)], address);

describe('a network range', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.0'],
    ['192.0.2.0/24', '192.0.2.255'],
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.128/25', '192.0.2.200'],
    ['0.0.0.0/0', '203.0.113.9'],
    ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::/32', '2001:0DB8:0:0:0:0:192.0.2.1'],
    ['2001:db8:0:1::/64', '2001:db8:0:1:8000::'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['::/0', '2001:db8::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s has %s', (network, address) => {
    expect(contains(network, address)).toBe(true);
  });

  test.each([
    ['192.0.2.0/24', '192.0.3.0'],
    ['192.0.2.0/24', '192.0.1.255'],
    ['192.0.2.7', '192.0.2.8'],
    ['192.0.2.0/25', '192.0.2.128'],
    ['2001:db8::/32', '2001:db9::'],
    ['2001:db8:0:1::/64', '2001:db8:0:2::'],
    ['::1', '::2'],
    ['::/0', '192.0.2.1'],
    ['0.0.0.0/0', '2001:db8::1'],
  ])('%s has not %s', (network, address) => {
    expect(contains(network, address)).toBe(false);
  });

  test('of IPv4 has an address that is written as IPv6, in either spelling, and no other', () => {
    for (const address of [
      '::ffff:192.0.2.1',
      '::FFFF:192.0.2.1',
      '::ffff:c000:201',
      '0:0:0:0:0:ffff:c000:0201',
    ])
      expect([address, contains('192.0.2.0/24', address), contains('::/0', address)]).toEqual([
        address,
        true,
        false,
      ]);
    for (const address of ['::192.0.2.1', '64:ff9b::192.0.2.1', '2002:c000:201::', '::fffe:c000:201'])
      expect([address, contains('192.0.2.0/24', address)]).toEqual([address, false]);
  });

  test.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.1:80',
    '192.0.2.01',
    'fe80::1%eth0',
    '192.0.2.1, 10.0.0.1',
    '1::2::3',
  ])('that has every address has not what is none: %j', (address) => {
    expect(isInRanges([range('0.0.0.0/0'), range('::/0')], address)).toBe(false);
  });

  test('tells addresses apart as their bits do', () => {
    const octets = fc.uint8Array({ minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(octets, octets, fc.integer({ min: 0, max: 32 }), (a, b, length) => {
        const bits = (bytes: Uint8Array): string =>
          [...bytes]
            .map((byte) => byte.toString(2).padStart(8, '0'))
            .join('')
            .slice(0, length);
        const masked = a.map((byte, index) => {
          const kept = Math.min(8, Math.max(0, length - 8 * index));
          return byte & (0xff << (8 - kept));
        });
        expect(contains(`${masked.join('.')}/${String(length)}`, b.join('.'))).toBe(bits(a) === bits(b));
      }),
    );
  });

  test('of IPv6 has the address in each of its spellings', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(isIP(address)).toBe(6);
        const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
        const found = readNetworkRange(address);
        if (typeof found === 'string') expect(found).toContain('IPv4 within IPv6');
        else expect(isInRanges([found], canonical)).toBe(true);
      }),
    );
  });

  test.each([
    ['192.0.2.1/24', /bits beyond its \/24/],
    ['2001:db8::1/64', /bits beyond its \/64/],
    ['10.0.0.0/33', /length of 0 to 32/],
    ['2001:db8::/129', /length of 0 to 128/],
    ['10.0.0.0/', /length/],
    ['10.0.0.0/08', /length/],
    ['10.0.0.0/-1', /length/],
    ['10.0.0.0/255.0.0.0', /length/],
    ['10.0.0.0/8/8', /write a range/],
    ['10.0.0', /write a range/],
    ['runner.example.com', /write a range/],
    ['fe80::1%eth0', /write a range/],
    ['::ffff:192.0.2.0/120', /IPv4 within IPv6/],
    ['::ffff:0:0/96', /IPv4 within IPv6/],
  ])('%s is none', (text, why) => {
    expect(readNetworkRange(text)).toMatch(why);
  });
});
