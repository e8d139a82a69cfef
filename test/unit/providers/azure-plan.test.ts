import { describe, expect, test } from '@jest/globals';
import { azure } from '../../../src/providers/azure.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const client = '00001111-aaaa-2222-bbbb-3333cccc4444';
const vault = 'https://vault.azure.net/.default';

function wish(params: Record<string, unknown> = {}, change: Partial<Wish> = {}): Wish {
  return { roles: [], facts: {}, params: { 'tenant-id': tenant, 'client-id': client, ...params }, ...change };
}

test.each<readonly [string, Record<string, unknown>, string, string]>([
  ['the public one', {}, 'login.microsoftonline.com', 'api://AzureADTokenExchange'],
  [
    'that of the US Government',
    { cloud: 'us-government' },
    'login.microsoftonline.us',
    'api://AzureADTokenExchangeUSGov',
  ],
  [
    'that of China',
    { cloud: 'china' },
    'login.partner.microsoftonline.cn',
    'api://AzureADTokenExchangeChina',
  ],
  ['another', { authority: 'https://login.example.com/' }, 'login.example.com', 'api://AzureADTokenExchange'],
])('the cloud is %s: endpoint and audience follow', (_, params, host, audience) => {
  const exchange = azure.configure(wish(params));
  expect(exchange).toMatchObject({ lender: host, audience, bindsKey: false });
  expect(exchange.endpoint.href).toBe(`https://${host}/${tenant}/oauth2/v2.0/token`);
});

describe('what cannot work is refused before anything is sent', () => {
  test.each<readonly [string, Record<string, unknown>, Partial<Wish>]>([
    ['broker-url', {}, { brokerUrl: 'https://broker.example.com' }],
    ['region', {}, { region: 'westeurope' }],
    ['ttl', {}, { ttlSeconds: 900 }],
    ['export', {}, { publicKey: 'ssh-ed25519 AAAA' }],
    ['expect-account', {}, { expectAccounts: [client] }],
    ['expect-account', {}, { expectAccounts: [tenant, client] }],
    ['role', {}, { roles: [{ role: 'https://vault.azure.net' }] }],
    ['role', {}, { roles: [{ role: 'https://vault.azure.net/user_impersonation' }] }],
    ['role', {}, { roles: [{ role: `${vault} offline_access` }] }],
    ['role', {}, { roles: [{ role: 'openid' }] }],
    ['params: tenant-id', { 'tenant-id': undefined }, {}],
    ['params: tenant-id', { 'tenant-id': 'common' }, {}],
    ['params: tenant-id', { 'tenant-id': 'contoso.onmicrosoft.com' }, {}],
    ['params: tenant-id', { 'tenant-id': `${tenant}/../x` }, {}],
    ['params: client-id', { 'client-id': undefined }, {}],
    ['params: client-id', { 'client-id': 'deploy' }, {}],
    ['params: client-id', { 'client-id': 7 }, {}],
    ['params: cloud', { cloud: 'AzureCloud' }, {}],
    ['params: cloud', { cloud: 'constructor' }, {}],
    ['params: authority', { authority: 'http://login.example.com' }, {}],
    ['params: authority', { authority: 'https://u:hunter2@login.example.com' }, {}],
    ['params: subscription-id', { 'subscription-id': tenant }, {}],
    ['params: allow-no-subscriptions', { 'allow-no-subscriptions': true }, {}],
    ['params: client-secret', { 'client-secret': 'hunter2' }, {}],
    ['params', { creds: 'hunter2' }, {}],
  ])('%s: %j %j', async (input, params, change) => {
    const error = await failureOf(() => azure.configure(wish(params, change)));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain(`The input \`${input}\``);
    expect(everythingIn(error)).not.toContain('hunter2');
  });

  test('what is nearly right is told its name, what is not needed that it is not', async () => {
    const near = await failureOf(() => azure.configure(wish({ tenant_id: tenant })));
    expect(String(near)).toContain('did you mean `tenant-id`?');
    const needless = await failureOf(() => azure.configure(wish({ 'allow-no-subscriptions': true })));
    expect(String(needless)).toContain('is not needed');
  });

  test('but not what Microsoft allows', () => {
    for (const role of [
      vault,
      'api://00001111-aaaa-2222-bbbb-3333cccc4444/.default',
      '499b84ac-1321-427f-aa17-267ca6975798/.default',
    ])
      expect(() => azure.configure(wish({}, { roles: [{ role }] }))).not.toThrow();
    expect(() => azure.configure(wish({}, { expectAccounts: [tenant.toUpperCase()] }))).not.toThrow();
  });
});
