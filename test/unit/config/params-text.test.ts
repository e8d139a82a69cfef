import { describe, expect, test } from '@jest/globals';
import { CORE_SCHEMA, load } from 'js-yaml';
import { parseParams, readLines } from '../../../src/config/params-text.ts';
import { fc } from '../../support/property.ts';
import { failureOf } from '../../support/scan.ts';

const yaml = (text: string): unknown => load(text, { schema: CORE_SCHEMA });

function yamlOr(text: string, otherwise: unknown): unknown {
  try {
    return yaml(text);
  } catch {
    return otherwise;
  }
}

describe('lines are read as YAML reads them, or left to it', () => {
  const pieces = [
    ...[
      'a',
      'url',
      'allow-ip',
      'true',
      'null',
      'no',
      'y',
      '0',
      '12',
      '0x1F',
      '0o7',
      '1e3',
      '1.5',
      '.inf',
      '.nan',
    ],
    ...[
      'https://vault.example.com:8200',
      'OWNER/REPO',
      'a@b',
      '@a',
      '-',
      '--',
      '---',
      '...',
      '- ',
      '? ',
      '~',
      '<<',
    ],
    ...[
      ':',
      ': ',
      ' :',
      ':\n',
      '\n',
      '\r\n',
      '\r',
      '\n ',
      ' ',
      '\t',
      '#',
      ' #',
      ' # x\n',
      '%YAML',
      '!!str',
      '&a',
      '*a',
    ],
    ...[
      '"',
      "'",
      '|',
      '>',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\\',
      '`',
      'ä',
      '\u0085',
      '\u2028',
      '\0',
      '__proto__',
      'toString',
    ],
    ...[
      '2026-11-21',
      'True',
      'FALSE',
      'Null',
      '00',
      '-1',
      '+1',
      '1_000',
      'e',
      'inf',
      '9'.repeat(16),
      'a: ',
      'b: ',
    ],
  ];
  const anything = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));
  const value = fc.oneof(
    fc.constantFrom(...pieces),
    fc.string(),
    fc.array(fc.constantFrom(...pieces)).map(String),
  );
  const line = fc
    .tuple(fc.constantFrom('a', 'b', 'url', 'true', 'c-d'), value)
    .map((pair) => pair.join(': '));
  const lines = fc.array(line, { maxLength: 4 }).map((all) => all.join('\n'));

  test.each([
    ['of anything', anything],
    ['that look like it', lines],
  ] as const)('texts %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (given) => {
        const text = given.trim();
        const read = readLines(text);
        if (read !== undefined) expect(read).toStrictEqual(yamlOr(text, 'refused'));
      }),
      { numRuns: 20_000 },
    );
  });

  test('every plain word that YAML reads as text is text here', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9/][A-Za-z0-9._/:@-]{0,12}$/);
    fc.assert(
      fc.property(word, (plain) => {
        const read = readLines(`a: ${plain}`);
        if (read !== undefined) expect(read).toStrictEqual(yaml(`a: ${plain}`));
      }),
      { numRuns: 5000 },
    );
  });
});

test('what stands in most workflows needs no YAML', () => {
  const text =
    '# where\nurl: https://vault.example.com:8200\r\n\nmount: jwt  \nallow-ip: true\nassume-ttl: 900\nscope: octo-org/octo-repo';
  expect(readLines(text)).toStrictEqual({
    url: 'https://vault.example.com:8200',
    mount: 'jwt',
    'allow-ip': true,
    'assume-ttl': 900,
    scope: 'octo-org/octo-repo',
  });
});

test.each<readonly [string, Record<string, unknown>]>([
  ['{}', {}],
  [
    '{"url":"https://a.example","secrets":[{"path":"kv/data/ci","version":2}]}',
    { url: 'https://a.example', secrets: [{ path: 'kv/data/ci', version: 2 }] },
  ],
  ['{ url: https://a.example, allow-ip: true }', { url: 'https://a.example', 'allow-ip': true }],
  [
    'secrets:\n  - path: kv/data/ci\n    fields: [a, b]',
    { secrets: [{ path: 'kv/data/ci', fields: ['a', 'b'] }] },
  ],
  ['a: "b: c"\nb: >-\n  two\n  words', { a: 'b: c', b: 'two words' }],
])('%s', async (text, value) => {
  expect(await parseParams(text)).toStrictEqual(value);
});

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x,x]',
  ...'bcdef'.split('').map(
    (name, at) =>
      `${name}: &${name} [${Array(10)
        .fill(`*${'abcde'[at] ?? ''}`)
        .join()}]`,
  ),
];

test.each([
  ['JSON with a name twice', '{"url":"a","url":"b"}'],
  ['JSON with a name twice, once escaped', '{"url":"a","\\u0075rl":"b"}'],
  ['JSON with a prototype', '{"__proto__":{"url":"a"}}'],
  ['JSON that is deep', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`],
  ['JSON with an endless number', '{"a":1e999}'],
  ['JSON with half a character', '{"a":"\\ud800"}'],
  ['lines with a name twice', 'url: a\nurl: b'],
  ['YAML with a prototype', '__proto__: { url: a }'],
  ['YAML with a prototype within', 'a: { __proto__: b }'],
  ['YAML that is deep', `a: ${'['.repeat(100)}${']'.repeat(100)}`],
  ['YAML that is deeper than JSON may be', `a: ${'['.repeat(66)}${']'.repeat(66)}`],
  ['YAML that holds itself', 'a: &a [*a]'],
  ['YAML that is very deep', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['YAML that multiplies', bomb.join('\n')],
  ['a list', '[a]'],
  ['JSON that is a list', '["a"]'],
  ['a word', 'hunter2'],
  ['half of JSON', '{"url": "a'],
  ['a long text', `a: ${'x'.repeat(70_000)}`],
])('%s is refused, and not repeated', async (_, text) => {
  const error = await failureOf(() => parseParams(text));
  expect(error).toBeInstanceOf(SyntaxError);
  expect(String(error)).not.toMatch(/hunter2|url/);
});
