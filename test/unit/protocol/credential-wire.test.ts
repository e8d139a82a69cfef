import { describe, expect, test } from '@jest/globals';
import { kinds, type Credential, type FieldRule } from '../../../src/domain/credential.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { credentialFromWire, credentialToWire, snakeCase } from '../../../src/protocol/credential-wire.ts';
import { credentialOf, ends, everyKind, secretsOf } from '../../support/credentials.ts';
import { everythingIn, failureOf } from '../../support/scan.ts';

/** With the secrets visible, for comparing. */
function revealed({ fields, ...rest }: Credential): unknown {
  const shown = Object.entries<unknown>(fields).map(([name, value]) => [
    name,
    value instanceof Secret ? { secret: value.reveal() } : value,
  ]);
  return { ...rest, fields: Object.fromEntries(shown) as unknown };
}

function overWire(credential: Credential, change: Record<string, unknown> = {}): Credential {
  const wire = { ...credentialToWire(credential), ...change };
  return credentialFromWire(JSON.parse(JSON.stringify(wire)), credential.expiresAt);
}

describe.each(everyKind)('a %s', (kind) => {
  const credential = credentialOf(kind);

  test('arrives as it was sent', () => {
    expect(revealed(overWire(credential))).toEqual(revealed(credential));
  });

  test('keeps its secrets secret in memory: it prints none of them', () => {
    const printed = `${JSON.stringify(overWire(credential))} ${everythingIn(overWire(credential))}`;
    for (const secret of secretsOf(credential)) expect(printed).not.toContain(secret);
  });

  test('is spelled in snake_case on the wire', () => {
    expect(Object.keys(credentialToWire(credential)).every((name) => /^[a-z_]+$/.test(name))).toBe(true);
  });
});

const fixed = everyKind.filter((kind) => kind !== 'fields');
const fieldsByRule = (optional: boolean): (readonly [string, string])[] =>
  fixed.flatMap((kind) =>
    Object.entries<FieldRule>(kinds[kind])
      .filter(([, rule]) => (rule === 'plain?') === optional)
      .map(([field]) => [kind, field] as const),
  );

describe('a field', () => {
  test.each(fieldsByRule(false))('%s.%s must be there, and filled', async (kind, field) => {
    const credential = credentialOf(kind as keyof typeof kinds);
    for (const value of [undefined, null, '', {}, true, 1.5]) {
      const error = await failureOf(() => overWire(credential, { [snakeCase(field)]: value }));
      expect(error).toMatchObject({ code: 'credential-unusable' });
      expect(String(error)).toContain(snakeCase(field));
      for (const secret of secretsOf(credential)) expect(everythingIn(error)).not.toContain(secret);
    }
  });

  test.each(fieldsByRule(true))('%s.%s may be absent', (kind, field) => {
    const { fields } = overWire(credentialOf(kind as keyof typeof kinds), { [snakeCase(field)]: undefined });
    expect(Object.keys(fields)).not.toContain(field);
  });

  test.each([
    ['a NUL', 'abc\0def'],
    ['half a character', 'abc\ud800def'],
    ['more than 32 KiB', 'x'.repeat(32 * 1024 + 1)],
  ])('C22 with %s is refused by its name, without its value', async (_, token) => {
    const error = await failureOf(() => overWire(credentialOf('bearer-token'), { token }));
    expect(error).toMatchObject({ code: 'credential-unusable' });
    expect(String(error)).toContain('bearer-token.token');
    expect(everythingIn(error)).not.toContain('abc');
  });

  test('of 32 KiB is taken; a credential of more than 256 KiB is not', async () => {
    const long = 'x'.repeat(32 * 1024);
    expect(revealed(overWire(credentialOf('bearer-token'), { token: long }))).toMatchObject({
      fields: { token: { secret: long } },
    });
    const many = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`f${String(at)}`, { value: long }]),
    );
    const error = await failureOf(() => overWire(credentialOf('fields'), { fields: many }));
    expect(String(error)).toContain('256 KiB');
  });

  test('may be a whole number or a list of lines where text is meant', () => {
    const wire = {
      name: 'db',
      kind: 'postgres-login',
      host: 'h',
      port: 5432,
      database: 'd',
      username: 'u',
      password: 'p',
    };
    expect(credentialFromWire(wire, ends).fields).toMatchObject({ port: '5432' });
    const ssh = { name: 'ssh', kind: 'ssh-certificate', certificate: 'c', principals: ['a', 'b'] };
    expect(credentialFromWire(ssh, ends).fields).toMatchObject({ principals: 'a\nb' });
  });

  test('that the kind does not have is left out', () => {
    expect(revealed(overWire(credentialOf('bearer-token'), { env: { PATH: '/evil' } }))).not.toHaveProperty(
      'fields.env',
    );
  });
});

describe('the kind `fields`', () => {
  const free = (fields: unknown): Credential =>
    credentialFromWire({ name: 'x', kind: 'fields', fields }, ends);

  test('takes what it is not told otherwise for a secret', () => {
    const { fields } = free({
      a: { value: 'v1' },
      b: { value: 'v2', sensitive: true },
      c: { value: 'v3', sensitive: false },
    });
    expect(
      [fields['a' as never], fields['b' as never], fields['c' as never]].map(
        (field) => (field as unknown) instanceof Secret,
      ),
    ).toEqual([true, true, false]);
    expect(free({ a: { value: 'v', sensitive: 'false' } }).fields).toEqual({ a: expect.any(Secret) });
  });

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['no field', {}],
    ['only empty fields', { a: { value: '' } }],
    ['a bare value', { a: 'v' }],
    ['a field without value', { a: { sensitive: true } }],
    ['a name with a line break', { 'a\nb': { value: 'v' } }],
    ['a name with =', { 'a=b': { value: 'v' } }],
    ['a name that starts with a digit', { '1a': { value: 'v' } }],
    ['an empty name', { '': { value: 'v' } }],
    ['a name of 129 characters', { ['a'.repeat(129)]: { value: 'v' } }],
    ['the name __proto__', JSON.parse('{"__proto__":{"value":"v"}}')],
  ])('refuses %s', async (_, fields) => {
    expect(await failureOf(() => free(fields))).toMatchObject({ code: 'credential-unusable' });
  });
});

test.each<readonly [string, unknown]>([
  ['no object', 'text'],
  ['a list', []],
  ['no kind', { name: 'a' }],
  ['a kind that nobody knows', { name: 'a', kind: 'session-cookie' }],
  ['a kind that every object inherits', { name: 'a', kind: 'constructor' }],
  ['a kind with a line break', { name: 'a', kind: 'fields\n::error::' }],
  ['no name', { kind: 'bearer-token', token: 't' }],
  ['a name with a command', { name: '::add-mask::x', kind: 'bearer-token', token: 't' }],
  ['an empty name', { name: '', kind: 'bearer-token', token: 't' }],
])('an entry with %s is refused', async (_, entry) => {
  const error = await failureOf(() => credentialFromWire(entry, ends));
  expect(error).toMatchObject({ code: 'credential-unusable' });
  expect(String(error)).not.toMatch(/::|\n|session-cookie/);
});
