import { describe, expect, test } from '@jest/globals';
import { decodeIdToken } from '../../../src/id-tokens/decode.ts';
import { makeIssuer, type TokenOptions } from '../../support/issuer.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const now = new Date('2026-11-20T16:00:00Z');
const audience = 'https://broker.example.com/jkt/x';
const issuer = await makeIssuer();
const mint = (options: TokenOptions = {}): Promise<string> => issuer.mint({ audience, at: now, ...options });

test('a token that is what was asked for is taken with its claims, and keeps itself secret', async () => {
  const text = await mint();
  const idToken = decodeIdToken(text, audience, now);
  expect(idToken).toMatchObject({
    issuer: 'https://token.actions.githubusercontent.com',
    audience,
    expiresAt: new Date('2026-11-20T16:05:00Z'),
    claims: { repository: 'octo-org/octo-repo' },
  });
  expect(idToken.token.reveal()).toBe(text);
  expect(everythingIn(idToken)).not.toContain(text.split('.')[2]);
});

describe('C10 a token that is not what was asked for is refused before it is sent anywhere', () => {
  const segment = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'https://i.example', aud: audience, exp: 1_900_000_000 };
  const token = (payload: unknown): string => `${segment({ alg: 'RS256' })}.${segment(payload)}.c2ln`;

  test.each<readonly [string, string]>([
    ['another audience', token({ ...claims, aud: 'https://broker.example.com' })],
    ['an audience that only begins so', token({ ...claims, aud: `${audience}x` })],
    ['a list of audiences', token({ ...claims, aud: [audience, 'https://other.example'] })],
    ['a list of the one audience', token({ ...claims, aud: [audience] })],
    ['no audience', token({ ...claims, aud: undefined })],
    ['no issuer', token({ ...claims, iss: undefined })],
    ['an issuer that is no URL', token({ ...claims, iss: 'github' })],
    ['no end', token({ ...claims, exp: undefined })],
    ['an end in words', token({ ...claims, exp: '1900000000' })],
    ['an end that no calendar has', token({ ...claims, exp: 1e300 })],
    ['an end long ago', token({ ...claims, exp: now.getTime() / 1000 - 601 })],
    ['claims that are a list', token([claims])],
    ['claims that are no JSON', token('{"iss"')],
    ['claims that are null', token('null')],
    ['two segments', 'aaaa.bbbb'],
    ['four segments', 'a.b.c.d'],
    ['no signature', `${segment({ alg: 'none' })}.${segment(claims)}.`],
    ['a line break', `${token(claims)}\n`],
    ['padding', `${token(claims)}=`],
    ['nothing in it', ''],
    ['more than 16 KiB', token({ ...claims, pad: 'x'.repeat(16 * 1024) })],
  ])('%s', async (_, text) => {
    const error = await failureOf(() => decodeIdToken(text, audience, now));
    expect(error).toMatchObject({ code: 'id-token-mismatch', exit: 65 });
    if (text.length > 8) expect(everythingIn(error)).not.toContain(text.slice(0, 40));
    expect(everythingIn(error)).not.toContain('c2ln');
  });

  test('a clock that is a few minutes off is for the broker to report', () => {
    expect(() =>
      decodeIdToken(token({ ...claims, exp: now.getTime() / 1000 - 599 }), audience, now),
    ).not.toThrow();
  });
});
