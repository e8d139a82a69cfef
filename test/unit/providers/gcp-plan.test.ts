import { describe, expect, test } from '@jest/globals';
import { gcp } from '../../../src/providers/gcp.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const provider = 'projects/123456789/locations/global/workloadIdentityPools/github/providers/octo-org';
const role = 'deployer@my-project.iam.gserviceaccount.com';
const named = { 'workload-identity-provider': provider };

function wish(params: Record<string, unknown> = {}, change: Partial<Wish> = {}): Wish {
  return { roles: [{ role }], facts: {}, params: { ...named, ...params }, ...change };
}

test('audience and endpoint are those of the universe, unless others are named', () => {
  const configured = (params = {}, change = {}): string[] => {
    const { audience, endpoint } = gcp.configure(wish(params, change));
    return [audience, endpoint.href];
  };
  expect(configured()).toEqual([
    `https://iam.googleapis.com/${provider}`,
    'https://sts.googleapis.com/v1/token',
  ]);
  expect(configured({ 'universe-domain': 'apis-s3ns.fr' })).toEqual([
    `https://iam.apis-s3ns.fr/${provider}`,
    'https://sts.apis-s3ns.fr/v1/token',
  ]);
  expect(configured({ 'sts-endpoint': 'https://sts-ours.p.googleapis.com' }, { audience: 'mine' })).toEqual([
    'mine',
    'https://sts-ours.p.googleapis.com/v1/token',
  ]);
});

describe('what cannot work is refused before anything is sent', () => {
  test.each<readonly [string, Record<string, unknown>, Partial<Wish>]>([
    ['broker-url', {}, { brokerUrl: 'https://broker.example.com' }],
    ['region', {}, { region: 'europe-west1' }],
    ['export', {}, { publicKey: 'ssh-ed25519 AAAA' }],
    ['role', {}, { roles: [{ role: 'deployer' }] }],
    ['role', {}, { roles: [{ role: 'deployer@example.com' }] }],
    ['role', {}, { roles: [{ role: `${role}/../x` }] }],
    ['role', {}, { roles: [{ role: `${role}:signJwt?x=` }] }],
    ['ttl', {}, { ttlSeconds: 59 }],
    ['ttl', {}, { ttlSeconds: 43_201 }],
    ['ttl', {}, { ttlSeconds: 900, roles: [] }],
    ['ttl', { 'id-token-audience': 'https://a.run.app' }, { ttlSeconds: 900 }],
    ['expect-account', {}, { expectAccounts: ['other-project'] }],
    ['expect-account', {}, { expectAccounts: ['my-project', 'other-project'] }],
    ['expect-account', {}, { expectAccounts: ['987654321'], roles: [] }],
    [
      'expect-account',
      {},
      {
        expectAccounts: ['my-project'],
        roles: [{ role }, { role: 'a@other-project.iam.gserviceaccount.com' }],
      },
    ],
    ['params: workload-identity-provider', { 'workload-identity-provider': undefined }, {}],
    [
      'params: workload-identity-provider',
      { 'workload-identity-provider': `//iam.googleapis.com/${provider}` },
      {},
    ],
    [
      'params: workload-identity-provider',
      { 'workload-identity-provider': `https://iam.googleapis.com/${provider}` },
      {},
    ],
    [
      'params: workload-identity-provider',
      { 'workload-identity-provider': provider.replace('123456789', 'my-project') },
      {},
    ],
    [
      'params: workload-identity-provider',
      { 'workload-identity-provider': provider.replace(/\/providers.*/, '') },
      {},
    ],
    ['params: workload-identity-provider', { 'workload-identity-provider': `${provider}\nx` }, {}],
    ['params: workload-identity-provider', { 'workload-identity-provider': [provider] }, {}],
    ['params: scopes', { scopes: 'cloud-platform' }, {}],
    ['params: scopes', { scopes: 'http://www.googleapis.com/auth/cloud-platform' }, {}],
    ['params: scopes', { scopes: 'https://www.googleapis.com/auth/iam', 'id-token-audience': 'x' }, {}],
    ['params: delegates', { delegates: 'someone' }, {}],
    ['params: delegates', { delegates: role }, { roles: [] }],
    ['params: project', { project: 'My Project' }, {}],
    ['params: project', { project: '123456789' }, {}],
    ['params: request-reason', { 'request-reason': 'release 42\r\nx: y' }, {}],
    ['params: request-reason', { 'request-reason': 'r'.repeat(201) }, {}],
    ['params: request-reason', { 'request-reason': ' release' }, {}],
    ['params: universe-domain', { 'universe-domain': 'googleapis' }, {}],
    ['params: universe-domain', { 'universe-domain': 'evil.example/x' }, {}],
    ['params: id-token-audience', { 'id-token-audience': 'x' }, { roles: [] }],
    ['params: id-token-include-email', { 'id-token-include-email': true }, {}],
    ['params: id-token-include-email', { 'id-token-include-email': 'yes', 'id-token-audience': 'x' }, {}],
    ['params: sts-endpoint', { 'sts-endpoint': 'http://sts.example.com' }, {}],
    ['params: iamcredentials-endpoint', { 'iamcredentials-endpoint': 'https://u:hunter2@example.com' }, {}],
    ['params', { credentials_json: 'hunter2' }, {}],
  ])('%s: %j %j', async (input, params, change) => {
    const error = await failureOf(() => gcp.configure(wish(params, change)));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain(`The input \`${input}\``);
    expect(everythingIn(error)).not.toContain('hunter2');
  });

  test.each([
    ['with a host', `//iam.googleapis.com/${provider}`, 'without the host'],
    ['with the project’s id', provider.replace('123456789', 'my-project'), 'number, not its id'],
  ])('a provider %s is told what is wrong with it', async (_, name, text) => {
    const error = await failureOf(() => gcp.configure(wish({ 'workload-identity-provider': name })));
    expect(String(error)).toContain(text);
  });

  test('a parameter as another action calls it is told its name here', async () => {
    const error = await failureOf(() => gcp.configure(wish({ workload_identity_provider: provider })));
    expect(String(error)).toContain('did you mean `workload-identity-provider`?');
  });

  test('but not what Google allows', () => {
    for (const change of [
      { ttlSeconds: 60 },
      { ttlSeconds: 43_200 },
      { expectAccounts: ['my-project'] },
      { expectAccounts: [role] },
      { expectAccounts: ['123456789'], roles: [] },
      { roles: [{ role: '123456789-compute@developer.gserviceaccount.com' }] },
    ])
      expect(() => gcp.configure(wish({}, change))).not.toThrow();
    expect(() => gcp.configure(wish({ project: 'example.com:my-project' }))).not.toThrow();
  });
});
