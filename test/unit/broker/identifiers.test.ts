import { expect, test } from '@jest/globals';
import { newAccessToken, newId } from '../../../src/broker/domain/identifiers.ts';

test('no octet of an id or an access token is given out again', () => {
  const made = Array.from({ length: 500 }, () => [
    Buffer.from(newId('req').slice('req_'.length), 'hex'),
    Buffer.from(newAccessToken().slice('ecs_'.length), 'base64url'),
  ]).flat();
  expect(new Set(made.map(({ length }) => length))).toEqual(new Set([12, 32]));
  // Of two that had octets in common one would begin within the other.
  const all = Buffer.concat(made);
  for (const octets of made) {
    const begin = octets.subarray(0, 8);
    expect(all.indexOf(begin)).toBe(all.lastIndexOf(begin));
  }
});
