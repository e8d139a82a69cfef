import { describe, expect, test } from '@jest/globals';
import { broker } from '../../../src/providers/broker.ts';
import type { Wish } from '../../../src/providers/provider.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

const brokerUrl = 'https://broker.example.com';

function wish(change: Partial<Wish> = {}): Wish {
  return { roles: [{ role: 'deploy' }], brokerUrl, params: {}, facts: {}, ...change };
}

describe('C12 the broker’s URL', () => {
  test.each([
    ['https://broker.example.com/', 'https://broker.example.com'],
    ['HTTPS://Broker.Example.COM:443', 'https://broker.example.com'],
    ['https://broker.example.com/team/x/', 'https://broker.example.com/team/x'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
  ])('%s is %s, and that is the audience', (text, url) => {
    expect(broker.configure(wish({ brokerUrl: text }))).toMatchObject({
      audience: url,
      lender: url,
      bindsKey: true,
    });
  });

  test.each([
    'http://broker.example.com',
    'http://localhost.example.com',
    'broker.example.com',
    'ftp://broker.example.com',
    'javascript:alert(1)',
    'https://user:hunter2@broker.example.com',
    'https://hunter2@broker.example.com',
    'https://broker.example.com/?token=hunter2',
    'https://broker.example.com/#hunter2',
    'https://192.0.2.7',
    'https://0xC0000207',
    'https://[2001:db8::7]',
    'https://',
  ])('%s is refused, and nothing of it is told', async (text) => {
    const error = await failureOf(() => broker.configure(wish({ brokerUrl: text })));
    expect(error).toMatchObject({ code: 'input-invalid' });
    expect(String(error)).toContain('`broker-url`');
    expect(everythingIn(error)).not.toContain('hunter2');
  });

  test('may be an address in a closed network that says so', () => {
    const closed = (brokerUrl_: string) =>
      broker.configure(wish({ brokerUrl: brokerUrl_, params: { 'allow-ip': true } })).lender;
    expect(closed('https://192.0.2.7')).toBe('https://192.0.2.7');
    expect(closed('https://[2001:db8::7]:8443/')).toBe('https://[2001:db8::7]:8443');
  });

  test('still not over plain http, nor with `allow-ip` in words', async () => {
    const plain = wish({ brokerUrl: 'http://192.0.2.7', params: { 'allow-ip': true } });
    expect(await failureOf(() => broker.configure(plain))).toMatchObject({ code: 'input-invalid' });
    const words = wish({ brokerUrl: 'https://192.0.2.7', params: { 'allow-ip': 'true' } });
    expect(await failureOf(() => broker.configure(words))).toMatchObject({ code: 'input-invalid' });
  });
});

test.each<readonly [string, Partial<Wish>]>([
  ['broker-url', { brokerUrl: undefined as never }],
  ['region', { region: 'eu-west-1' }],
  ['role', { roles: [] }],
  ['role', { roles: [{ role: '../admin' }] }],
  ['role', { roles: [{ role: '=deploy' }] }],
  ['role', { roles: [{ role: 'a'.repeat(129) }] }],
  ['role', { roles: [{ role: 'ok' }, { role: 'nö' }] }],
  ['params', { params: { allow_ip: true } }],
])('what the broker cannot mean is refused before anything is sent: %s', async (input, change) => {
  const error = await failureOf(() => broker.configure(wish(change)));
  expect(error).toMatchObject({ code: 'input-invalid' });
  expect(String(error)).toContain(`\`${input}\``);
});

describe('an opening', () => {
  const exchange = broker.configure(wish({ audience: 'urn:pinned' }));

  test('binds the audience to a key of its own', () => {
    expect(exchange.open(true).audience).toMatch(/^urn:pinned\/jkt\/[\w-]{43}$/);
    expect(exchange.open(true).audience).not.toBe(exchange.open(true).audience);
    expect(exchange.open(false).audience).toBe('urn:pinned');
  });

  test('owes by a handle of 32 random bytes that is made before anything is asked, and is to be hidden', () => {
    const { debt, secrets } = exchange.open(true);
    expect(debt).toEqual({ url: brokerUrl, handle: expect.stringMatching(/^[\w-]{43}$/) });
    expect(secrets.map((secret) => secret.reveal())).toEqual([debt['handle']]);
    expect(exchange.open(true).debt['handle']).not.toBe(debt['handle']);
  });
});
