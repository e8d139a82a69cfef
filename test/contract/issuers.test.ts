import { describe, expect, test } from '@jest/globals';
import type { Issuer } from '../../src/broker/domain/issuer.ts';
import { jobIdentity } from '../../src/broker/issuers/job-identity.ts';
import { findIssuer, platforms } from '../../src/broker/issuers/registry.ts';
import { makeIssuer } from '../support/issuer.ts';
import { decodeJwt } from 'jose';

/** For every platform: an instance of it. A new platform is a line here. */
const instances: Record<string, string> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.example.com',
};

test('every platform is in this suite', () => {
  expect(platforms.map(({ name }) => name).toSorted()).toEqual(Object.keys(instances).toSorted());
});

describe.each(platforms.map((platform) => [platform.name, platform] as const))(
  'issuers of %s',
  (name, platform) => {
    const issuer = platform.at(new URL(instances[name] ?? ''), { platform: name });

    test('sign with algorithms that are not symmetric, and fetch keys from their own origin', () => {
      expect(issuer.algorithms.every((algorithm) => ['RS256', 'ES256'].includes(algorithm))).toBe(true);
      expect(issuer.keysUrl.origin).toBe(new URL(issuer.url).origin);
    });

    test('have ids that never change hands, one of which is the index, and a policy can match them', () => {
      expect(issuer.immutableIds).toContain(issuer.indexClaim);
      for (const id of issuer.immutableIds) expect(issuer.matchable).toContain(id);
    });

    test('refuse risky events and believe a token for a bounded time', () => {
      expect(issuer.risks.length).toBeGreaterThan(0);
      expect(issuer.maxAgeSeconds).toBeLessThanOrEqual(3600);
    });

    test('have tokens that hold everything the table names', async () => {
      const fake = await makeIssuer({ platform: name as 'github' | 'gitlab' });
      const claims = decodeJwt(await fake.mint());
      for (const claim of [...issuer.identity.required, ...issuer.immutableIds])
        expect(typeof claims[claim]).toBe('string');
      for (const claim of issuer.matchable.filter((each) => each !== 'job_workflow'))
        expect(claims).toHaveProperty(claim);
    });

    test('name a job so that no other job has its name', async () => {
      const fake = await makeIssuer({ platform: name as 'github' | 'gitlab' });
      const claims = decodeJwt(await fake.mint());
      const { key, level } = jobIdentity(issuer.identity, claims);
      expect(level).toBe('job');
      const parts = [...issuer.identity.required, issuer.identity.perJob].filter(
        (each) => each !== undefined,
      );
      for (const part of parts)
        expect(jobIdentity(issuer.identity, { ...claims, [part]: '7' }).key).not.toBe(key);
      for (const bad of ['', '1/2', 'x', 7, ['1'], null])
        for (const part of issuer.identity.required)
          expect(() => jobIdentity(issuer.identity, { ...claims, [part]: bad })).toThrow(`no usable ${part}`);
    });
  },
);

describe('the URL of an issuer', () => {
  const urlOf = (url: string): Issuer | string => {
    const found = findIssuer({ platform: 'github', url });
    return typeof found === 'string' ? found : found.issuer;
  };

  test.each([
    [
      'https://token.actions.githubusercontent.com/octo-enterprise',
      'https://token.actions.githubusercontent.com/octo-enterprise/.well-known/jwks',
    ],
    ['https://token.actions.octocorp.ghe.com', 'https://token.actions.octocorp.ghe.com/.well-known/jwks'],
    ['https://ghes.example.com/_services/token', 'https://ghes.example.com/_services/token/.well-known/jwks'],
  ])('%s has its keys at the platform’s well-known place', (url, keysUrl) => {
    expect(urlOf(url)).toMatchObject({ url, keysUrl: new URL(keysUrl) });
  });

  test.each([
    'http://github.example.com',
    'https://u:p@github.example.com',
    'https://x.example.com/?a',
    'https://x.example.com/a/../b',
    'nonsense',
    'file:///etc/passwd',
    'https://X.example.com',
  ])('%s is refused', (url) => {
    expect(typeof urlOf(url)).toBe('string');
  });
});
