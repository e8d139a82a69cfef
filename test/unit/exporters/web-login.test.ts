import { describe, expect, test } from '@jest/globals';
import type { Credential } from '../../../src/domain/credential.ts';
import { findExporter } from '../../../src/exporters/registry.ts';
import { webUrl } from '../../../src/exporters/web-login.ts';
import { credentialWith, leaseOf } from '../../support/credentials.ts';
import { placeOf } from '../../support/exporters.ts';
import { failureOf } from '../../support/scan.ts';

const git = await findExporter('git-credential');
const netrc = await findExporter('netrc');
const github = (apiUrl: string) => credentialWith('github-token', { token: 'ghs_x', apiUrl });
const lent = (...credentials: readonly Credential[]) =>
  credentials.map((credential, index) => ({
    lease: leaseOf([credential], { role: `role-${String(index + 1)}` }),
    credential,
  }));

function packed(credentials: readonly Credential[], settings: Record<string, string> = {}): string {
  const { files = {} } = git.pack(lent(...credentials), placeOf({ settings }));
  return Object.values(files).join('');
}

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://api.octo.ghe.com', 'https://octo.ghe.com'],
  ['https://github.example.com/api/v3', 'https://github.example.com'],
  ['https://api.example.com/api/v3', 'https://api.example.com'],
  ['https://api.github.com.example.com', 'https://api.github.com.example.com'],
])('a token of %s is for %s', (apiUrl, host) => {
  expect(packed([github(apiUrl)])).toContain(`[credential "${host}"]`);
});

test('a credential that says its host is led to a part of it, and to no other', async () => {
  const settings = { url: 'https://github.com/octo-org' };
  expect(packed([github('https://api.github.com')], settings)).toContain(
    '[credential "https://github.com/octo-org"]',
  );
  const elsewhere = { url: 'https://github.com.example.com' };
  expect(String(await failureOf(() => packed([github('https://api.github.com')], elsewhere)))).toContain(
    'another host',
  );
});

test('`from` chooses one of several', () => {
  const two = [
    credentialWith('bearer-token', { token: 'one' }),
    credentialWith('bearer-token', { token: 'two' }),
  ];
  const text = packed(two, { from: 'role-2', url: 'https://git.example.com' });
  expect([text.includes('password=two'), text.includes('one')]).toEqual([true, false]);
});

test.each(['x\nhost=evil.example.com', 'x\rquit=1', 'x\0'])(
  'git reads no line from the password %j',
  async (password) => {
    const login = credentialWith('basic-login', { username: 'u', password });
    expect(await failureOf(() => packed([login], { url: 'https://git.example.com' }))).toMatchObject({
      code: 'credential-unusable',
    });
  },
);

describe('not before it is clear where to', () => {
  const token = credentialWith('bearer-token', { token: 'one' });
  test.each([
    [[token], {}, 'no place'],
    [[token, token], { url: 'https://git.example.com' }, 'several credentials'],
    [[token], { url: 'https://git.example.com', from: 'role-9' }, 'nothing to write'],
    [[github('https://api.github.com'), github('https://api.github.com')], {}, 'same place'],
  ] as const)('%#', async (credentials, settings, problem) => {
    expect(String(await failureOf(() => packed([...credentials], settings)))).toContain(problem);
  });
});

test.each([
  'http://git.example.com',
  'https://u@git.example.com',
  'https://*.example.com',
  'ftp://x',
  'https://a b',
  'https://x/%0a',
  'https://x/a"b',
  'https://x?y',
  '//x',
])('the workflow cannot name the place %j', async (url) => {
  expect(webUrl(url)).toBeUndefined();
  for (const exporter of [git, netrc])
    expect(
      await failureOf(() => {
        exporter.check({ url });
      }),
    ).toMatchObject({ code: 'input-invalid' });
});
