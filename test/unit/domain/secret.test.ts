import { format, inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { CredsError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { everythingIn } from '../../support/scan.ts';

const value = 'wJalrXUtnFEMI-K7MDENG';
const secret = new Secret(value);

describe('a secret gives its value only when asked to reveal it', () => {
  /* eslint-disable @typescript-eslint/restrict-template-expressions, @typescript-eslint/restrict-plus-operands, @typescript-eslint/no-base-to-string, @typescript-eslint/no-misused-spread -- what a careless line would do */
  test.each<readonly [string, () => string]>([
    ['String()', () => String(secret)],
    ['a template', () => `${secret}`],
    ['concatenation', () => '' + secret],
    ['toString', () => secret.toString()],
    ['toLocaleString', () => (secret as object).toLocaleString()],
    ['join', () => [secret, secret].join()],
    ['a number', () => String(Number(secret))],
    ['JSON', () => JSON.stringify({ a: [secret] })],
    ['inspect', () => inspect(secret, { showHidden: true, depth: 9 })],
    ['inspect of what holds it', () => inspect({ deep: { er: [secret] } }, { showHidden: true, depth: 9 })],
    ['inspect without custom inspection', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['console’s formats', () => format('%s %j %o %O %d', secret, secret, secret, secret, secret)],
    ['own names', () => Reflect.ownKeys(secret).map(String).join()],
    ['entries', () => JSON.stringify(Object.entries(secret))],
    ['a spread', () => JSON.stringify({ ...secret })],
    ['a structured clone', () => inspect(structuredClone(secret), { showHidden: true })],
    ['URLSearchParams', () => new URLSearchParams({ token: secret as unknown as string }).toString()],
    ['an error’s message', () => everythingIn(new Error(`${secret}`))],
    ['an error’s cause', () => everythingIn(new CredsError('internal', 'x', { cause: { secret } }))],
    ['comparison as text', () => String(secret > ('' as unknown as Secret))],
  ])('not by %s', (_, print) => {
    expect(print()).not.toContain(value.slice(0, 8));
  });
  /* eslint-enable */

  test('and what stands in its place says so', () => {
    expect(String(secret)).toBe('[secret]');
    expect(JSON.stringify([secret])).toBe('["[secret]"]');
    expect(inspect({ token: secret })).toBe('{ token: [secret] }');
  });

  test('then it is whole', () => {
    expect(secret.reveal()).toBe(value);
  });
});
