import { describe, expect, test } from '@jest/globals';
import { fc } from '../../support/property.ts';
import type { VerifiedClaims } from '../../../src/broker/domain/verified-claims.ts';
import {
  identitySource,
  sessionTags,
  sourceIdentity,
  tagSources,
} from '../../../src/broker/engines/aws/session-tags.ts';

const claimsOf = (claims: Record<string, unknown>): VerifiedClaims =>
  ({ claims }) as unknown as VerifiedClaims;
const tag = (value: unknown, as = 'text'): string | undefined =>
  sessionTags(tagSources.parse({ T: { claim: 'c', as } }), claimsOf({ c: value }))[0]?.Value;
const identity = (value: unknown, as = 'text'): string =>
  sourceIdentity(identitySource.parse({ claim: 'c', as }), claimsOf({ c: value }));

test('claims become tags as they are', () => {
  const sources = tagSources.parse({ Repo: 'repository', Run: 'run_id', Protected: 'ref_protected' });
  const claims = claimsOf({ repository: 'octo-org/octo-repo', run_id: 42, ref_protected: true });
  expect(sessionTags(sources, claims)).toEqual([
    { Key: 'Repo', Value: 'octo-org/octo-repo' },
    { Key: 'Run', Value: '42' },
    { Key: 'Protected', Value: 'true' },
  ]);
});

describe('a claim that does not fit is no claim at all', () => {
  test.each<[string, unknown]>([
    ['it is missing', undefined],
    ['null', null],
    ['a list', ['a']],
    ['an object', { a: 1 }],
    ['a number that is not whole', 1.5],
    ['a number that has lost digits', 2 ** 53],
    ['a character that AWS does not take', 'refs/heads/a#1'],
    ['a line break', 'a\nb'],
    ['too long', 'x'.repeat(257)],
    ['half a character', '\ud800'],
  ])('as a tag: %s', (_, value) => {
    expect(() => tag(value)).toThrow('the claim c cannot be the session tag T');
  });

  test.each<[string, unknown]>([
    ['a slash', 'octo-org/octo-repo'],
    ['one character', 'x'],
    ['65 characters', 'x'.repeat(65)],
    ['AWS’s own', 'aws:x'],
  ])('as the source identity: %s', (_, value) => {
    expect(() => identity(value)).toThrow('the claim c cannot be the source identity');
  });

  test('a claim that an object inherits is none', () => {
    expect(() => sessionTags(tagSources.parse({ T: 'toString' }), claimsOf({}))).toThrow(
      'the ID token has none',
    );
  });

  test('the message has no value in it', () => {
    expect(() => tag('a-value#')).toThrow(/^(?!.*a-value)/);
  });
});

test('encoded: what AWS takes, and two claims never become one', () => {
  expect(tag('refs/heads/a#1', 'encoded')).toBe('refs=2Fheads=2Fa=231');
  expect(identity('octo-org/octo-repo', 'encoded')).toBe('octo-org=2Focto-repo');
  expect(tag('a=2Fb', 'encoded')).toBe('a=3D2Fb');
  const short = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(short, short, (one, other) => {
      const [first, second] = [tag(one, 'encoded') ?? '', tag(other, 'encoded') ?? ''];
      expect(first).toMatch(/^[A-Za-z0-9_.@+=-]+$/);
      expect(first === second).toBe(one === other);
      expect(decodeURIComponent(first.replaceAll('=', '%'))).toBe(one);
    }),
  );
  expect(() => tag('/'.repeat(86), 'encoded')).toThrow('cannot be');
});

test('sha256: 43 characters, whatever the claim', () => {
  expect(identity('x'.repeat(1000), 'sha256')).toMatch(/^[\w-]{43}$/);
  expect(identity('a', 'sha256')).not.toBe(identity('b', 'sha256'));
});
