import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Issuer } from '../../src/broker/domain/issuer.ts';
import type { IssuerEntry } from '../../src/broker/domain/settings.ts';
import type { VerifiedClaims } from '../../src/broker/domain/verified-claims.ts';
import { jobIdentity } from '../../src/broker/issuers/job-identity.ts';
import { KeyCache } from '../../src/broker/issuers/key-cache.ts';
import { claimNames } from '../../src/domain/claim-form.ts';
import { findIssuer, platforms } from '../../src/broker/issuers/registry.ts';
import { recallClaims, rememberClaims } from '../../src/broker/issuers/remember-claims.ts';
import { parseIdToken, verifyIdToken } from '../../src/broker/issuers/verify-id-token.ts';
import { keyBoundAudience } from '../../src/protocol/dpop.ts';
import { testClock, testWorld } from '../support/broker/world.ts';
import { makeIssuer, type Claims, type FakeIssuer } from '../support/issuer.ts';

/** For every platform: an instance of it. A new platform is an entry here. */
const instances: Record<string, IssuerEntry> = {
  github: { platform: 'github' },
  gitlab: { platform: 'gitlab', url: 'https://gitlab.example.com' },
  oidc: {
    platform: 'oidc',
    url: 'https://ci.example.com',
    claims: {
      index: 'organization_id',
      ids: ['organization_id', 'pipeline_id'],
      job: ['organization_id', 'build_id', 'job_id'],
      match: ['branch', 'pipeline'],
    },
  },
};

function instance(platform: string, changes: Partial<IssuerEntry> = {}): Issuer {
  const found = findIssuer({ ...instances[platform], platform, ...changes });
  if (typeof found === 'string') throw new Error(found);
  return found.issuer;
}

const thumbprint = 'k'.repeat(43);
const audience = 'https://broker.example.com';

function fakeOf(issuer: Issuer): Promise<FakeIssuer> {
  const platform = issuer.platform as FakeIssuer['platform'];
  return makeIssuer({ platform, url: issuer.url });
}

/** A token of the issuer, verified as the broker does it. */
async function verified(issuer: Issuer, claims: Claims = {}, header: Claims = {}): Promise<VerifiedClaims> {
  const clock = testClock();
  const fake = await fakeOf(issuer);
  const { send } = testWorld({ issuers: [fake] });
  const bound = issuer.binding === 'key-bound-audience';
  const token = await fake.mint({
    audience: bound ? keyBoundAudience(audience, thumbprint) : audience,
    at: clock.now(),
    claims,
    header,
  });
  const trusted = { issuer, keys: new KeyCache(issuer, { clock, send, note: () => undefined }) };
  return verifyIdToken(new Map([[issuer.url, trusted]]), parseIdToken(token), {
    thumbprint,
    publicUrl: audience,
    now: clock.now(),
    purpose: 'borrow',
    passage: { verify: (work) => work(), identified: () => undefined },
  });
}

test('every platform is in this suite', () => {
  expect(platforms.map(({ name }) => name).toSorted()).toEqual(Object.keys(instances).toSorted());
});

describe.each(platforms.map(({ name }) => [name] as const))('issuers of %s', (name) => {
  const issuer = instance(name);

  test('sign with algorithms that are not symmetric, and fetch keys from their own origin', () => {
    expect(issuer.algorithms.every((algorithm) => ['RS256', 'ES256'].includes(algorithm))).toBe(true);
    if (issuer.keys.from === 'file') throw new Error('not fetched');
    expect(issuer.keys.url.origin).toBe(new URL(issuer.url).origin);
    expect(issuer.networks).toBe('public');
  });

  test('have ids that never change hands, one of which is the index, and a policy can match them', () => {
    expect(issuer.immutableIds).toContain(issuer.indexClaim);
    for (const id of issuer.immutableIds) expect(issuer.matchable.has(id)).toBe(true);
  });

  test('believe a token for a bounded time', () => {
    expect(issuer.maxAgeSeconds).toBeLessThanOrEqual(3600);
  });

  test('have tokens that hold everything the table names', async () => {
    const claims = decodeJwt(await (await fakeOf(issuer)).mint());
    for (const claim of [...issuer.identity.required, ...issuer.immutableIds])
      expect(typeof claims[claim]).toBe('string');
    for (const claim of claimNames(issuer.matchable)) expect(claims).toHaveProperty(claim);
  });

  test('name a job so that no other job has its name', async () => {
    const claims = decodeJwt(await (await fakeOf(issuer)).mint());
    const { key, level } = jobIdentity(issuer.identity, claims);
    expect(level).toBe('job');
    const { required, perJob } = issuer.identity;
    for (const part of perJob === undefined ? required : [...required, perJob])
      expect(jobIdentity(issuer.identity, { ...claims, [part]: '7' }).key).not.toBe(key);
    const unfit = issuer.identity.form === 'number' ? ['1/2', 'x'] : ['x'.repeat(257)];
    for (const bad of ['', ...unfit, 7, ['1'], null])
      for (const part of required)
        expect(() => jobIdentity(issuer.identity, { ...claims, [part]: bad })).toThrow(`no usable ${part}`);
  });

  test('are remembered with a session by what policy and audit log need, and by nothing else', async () => {
    const opened = await verified(issuer, { unheard_of: 'x', user_email: 'sample-user@example.com' });
    const remembered = JSON.parse(JSON.stringify(rememberClaims(opened))) as unknown;
    const recalled = recallClaims(issuer, remembered, opened);
    const { claims, ...facts } = recalled;
    expect({ ...opened, claims: undefined }).toEqual({ ...facts, claims: undefined });
    for (const claim of [...issuer.immutableIds, ...claimNames(issuer.matchable), ...issuer.described])
      expect(claims[claim]).toBe(opened.claims[claim]);
    for (const claim of ['unheard_of', 'user_email', 'jti', 'aud', 'exp', '__proto__'])
      expect(Object.keys(claims)).not.toContain(claim);
  });

  test('are remembered as unusable where a claim is of no use, not as absent', async () => {
    const [claim = ''] = claimNames(issuer.matchable).filter(
      (each) => !issuer.identity.required.includes(each),
    );
    const opened = await verified(issuer, { [claim]: { name: 'production' } });
    expect(rememberClaims(opened).claims[claim]).toBeNull();
    expect(recallClaims(issuer, rememberClaims(opened), opened).claims[claim]).toBeNull();
    expect(() => recallClaims(issuer, null, opened)).toThrow('without its claims');
  });

  test('may name the key in the token itself', async () => {
    const named = instance(name, { binding: 'cnf' });
    const header = { typ: 'dpop+id_token' };
    expect(await verified(named, { cnf: { jkt: thumbprint } }, header)).toMatchObject({ thumbprint });
    for (const cnf of [
      undefined,
      {},
      { jkt: 'x'.repeat(43) },
      { jwk: { kty: 'oct' } },
      'k',
      { kid: 'k' },
      null,
      // Two keys, of which one is the proof's: whose token it is cannot be told.
      {
        jkt: thumbprint,
        jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
      },
    ])
      await expect(verified(named, { cnf }, header)).rejects.toMatchObject({
        reason: 'token-bound-to-other-key',
      });
  });

  test('whose token names another key are refused whatever their binding is', async () => {
    await expect(verified(issuer, { cnf: { jkt: 'x'.repeat(43) } })).rejects.toMatchObject({
      reason: 'token-bound-to-other-key',
    });
    await expect(verified(issuer, {}, { typ: 'dpop+id_token' })).rejects.toMatchObject({
      reason: 'signature',
    });
  });
});

describe('issuers that are known well', () => {
  test.each(['github', 'gitlab'])('%s refuses risky events', (name) => {
    expect(instance(name).risks.length).toBeGreaterThan(0);
  });

  test('attempts of a run are counted where the platform counts them', async () => {
    const { identity } = instance('github');
    const claims = decodeJwt(await (await makeIssuer()).mint({ claims: { run_attempt: '3' } }));
    const run = { key: 'repository_id=456789/run_id=9876543210', attempt: 3 };
    expect(jobIdentity(identity, claims).run).toEqual(run);
    expect(() => jobIdentity(identity, { ...claims, run_attempt: '9'.repeat(20) })).toThrow(
      'no usable run_attempt',
    );
  });

  test('custom properties of a GitHub repository are remembered, those of no use as such', async () => {
    const opened = await verified(instance('github'), {
      repo_property_team: 'payments',
      repo_property_tags: ['a', 'b'],
      repo_propertyless: 'x',
    });
    expect(rememberClaims(opened).claims).toMatchObject({
      repo_property_team: 'payments',
      repo_property_tags: null,
    });
    expect(rememberClaims(opened).claims).not.toHaveProperty('repo_propertyless');
  });

  test('take no claims from broker.yaml', () => {
    expect(findIssuer({ platform: 'github', algorithms: ['ES256'] })).toMatch('those of github are known');
  });
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
    expect(urlOf(url)).toMatchObject({ url, keys: { from: 'address', url: new URL(keysUrl) } });
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

describe('an issuer of another platform', () => {
  test('is known by what broker.yaml says of it', () => {
    expect([...instance('oidc').matchable.keys()]).toEqual([
      'organization_id',
      'pipeline_id',
      'branch',
      'pipeline',
    ]);
    expect(instance('oidc')).toMatchObject({
      url: 'https://ci.example.com',
      keys: { from: 'discovery', url: new URL('https://ci.example.com/.well-known/openid-configuration') },
      binding: 'first-use',
      sessionEndsWithToken: true,
    });
    expect(instance('oidc', { url: 'https://ci.example.com/', algorithms: ['ES256'] })).toMatchObject({
      url: 'https://ci.example.com/',
      keys: { url: new URL('https://ci.example.com/.well-known/openid-configuration') },
      algorithms: ['ES256'],
    });
    expect(instance('oidc', { jwks_uri: 'https://keys.example.com/set' }).keys).toEqual({
      from: 'address',
      url: new URL('https://keys.example.com/set'),
    });
  });

  test('whose tokens tell no jobs apart has runs instead', () => {
    const claims = { index: 'pipeline', ids: [], run: ['build_id'], match: [] };
    const { identity, immutableIds } = instance('oidc', { claims });
    expect(jobIdentity(identity, { build_id: 'b/7=8' })).toEqual({ key: 'build_id=b%2F7%3D8', level: 'run' });
    expect(immutableIds).toEqual([]);
    expect(findIssuer({ platform: 'oidc', url: 'https://ci.example.com', claims })).toMatchObject({
      notices: [
        expect.stringMatching('forks'),
        expect.stringMatching('a run is the smallest identity'),
        expect.stringMatching('names only'),
      ],
    });
  });

  test('is refused where it is not said how its jobs are known', () => {
    const url = 'https://ci.example.com';
    expect(findIssuer({ platform: 'oidc', url })).toMatch('say by which claims');
    const claims = { index: 'a', ids: [], match: [] };
    expect(findIssuer({ platform: 'oidc', url, claims })).toMatch('either job');
    expect(findIssuer({ platform: 'oidc', url, claims: { ...claims, job: ['a'], run: ['a'] } })).toMatch(
      'either job',
    );
  });
});
