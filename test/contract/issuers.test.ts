import { describe, expect, test } from '@jest/globals';
import type { Issuer } from '../../src/broker/domain/issuer.ts';
import { jobIdentity } from '../../src/broker/issuers/job-identity.ts';
import { KeyCache } from '../../src/broker/issuers/key-cache.ts';
import { findIssuer, platforms } from '../../src/broker/issuers/registry.ts';
import { recallClaims, rememberClaims } from '../../src/broker/issuers/remember-claims.ts';
import { parseIdToken, verifyIdToken } from '../../src/broker/issuers/verify-id-token.ts';
import type { VerifiedClaims } from '../../src/broker/domain/verified-claims.ts';
import { keyBoundAudience } from '../../src/protocol/dpop.ts';
import { testClock, testWorld } from '../support/broker/world.ts';
import { makeIssuer, type Claims } from '../support/issuer.ts';
import { decodeJwt } from 'jose';

const thumbprint = 'k'.repeat(43);
const audience = 'https://broker.example.com';

/** A token of the issuer, verified as the broker does it. */
async function verified(issuer: Issuer, claims: Claims = {}): Promise<VerifiedClaims> {
  const clock = testClock();
  const fake = await makeIssuer({ platform: issuer.platform as 'github' | 'gitlab', url: issuer.url });
  const { send } = testWorld({ issuers: [fake] });
  const bound = issuer.binding === 'key-bound-audience';
  const token = await fake.mint({
    audience: bound ? keyBoundAudience(audience, thumbprint) : audience,
    at: clock.now(),
    claims,
  });
  const trusted = { issuer, keys: new KeyCache(issuer, { clock, send }) };
  return verifyIdToken(new Map([[issuer.url, trusted]]), parseIdToken(token), {
    thumbprint,
    publicUrl: audience,
    now: clock.now(),
    purpose: 'borrow',
    passage: { verify: (work) => work(), identified: () => undefined },
  });
}

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

    test('are remembered with a session by what policy and audit log need, and by nothing else', async () => {
      const opened = await verified(issuer, { unheard_of: 'x', user_email: 'sample-user@example.com' });
      const remembered = JSON.parse(JSON.stringify(rememberClaims(opened))) as unknown;
      const recalled = recallClaims(issuer, remembered, opened);
      const { claims, ...facts } = recalled;
      expect({ ...opened, claims: undefined }).toEqual({ ...facts, claims: undefined });
      for (const claim of [...issuer.immutableIds, ...issuer.matchable, ...issuer.described])
        expect(claims[claim]).toBe(opened.claims[claim]);
      for (const claim of ['unheard_of', 'user_email', 'jti', 'aud', 'exp'])
        expect(claims).not.toHaveProperty(claim);
    });

    test('are remembered as unusable where a claim is of no use, not as absent', async () => {
      const opened = await verified(issuer, { environment: { name: 'production' } });
      expect(rememberClaims(opened).claims['environment']).toBeNull();
      expect(recallClaims(issuer, rememberClaims(opened), opened).claims['environment']).toBeNull();
      expect(() => recallClaims(issuer, null, opened)).toThrow('without its claims');
    });
  },
);

test('attempts of a run are counted where the platform counts them', async () => {
  const fake = await makeIssuer();
  const { identity } = await verified((findIssuer('github') as { issuer: Issuer }).issuer).then(
    ({ issuer }) => issuer,
  );
  const claims = decodeJwt(await fake.mint({ claims: { run_attempt: '3' } }));
  expect(jobIdentity(identity, claims).run).toEqual({
    key: 'repository_id=456789/run_id=9876543210',
    attempt: 3,
  });
  expect(() => jobIdentity(identity, { ...claims, run_attempt: '9'.repeat(20) })).toThrow(
    'no usable run_attempt',
  );
});

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
