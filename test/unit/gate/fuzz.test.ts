import { fc } from '../../support/property.ts';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { readText } from '../../../src/gate/files/read-text.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import type { Finding } from '../../../src/gate/finding.ts';
import { inspect, unreadable } from '../../../src/gate/inspect.ts';
import { ruleBook, rules } from '../../../src/gate/rules/registry.ts';
import { exampleFile } from '../../../src/gate/rules/example-files.ts';

const paths = [
  '.github/workflows/ci.yml',
  '.gitlab-ci.yml',
  'action.yml',
  'bitbucket-pipelines.yml',
  '.circleci/config.yml',
  'anything.yml',
  'Dockerfile',
  'infra/iam.tf',
];

function findings(path: string, text: string): Finding[] {
  const file = readText(path, text, fileReaders);
  return 'problem' in file ? [unreadable(file, ruleBook)] : inspect(file, ruleBook);
}

const examples = rules.flatMap(({ examples: { finds, passes } }) => [...finds, ...passes].map(exampleFile));

describe('whatever stands in a file, the gate ends and throws nothing', () => {
  test('any text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.string({ unit: 'binary', maxLength: 400 }), (path, text) => {
        findings(path, text);
      }),
    );
  });

  test('any value as YAML, at every place of a pipeline', () => {
    const keys = fc.constantFrom(
      ...[
        'on',
        'jobs',
        'steps',
        'uses',
        'with',
        'env',
        'run',
        'secrets',
        'script',
        'variables',
        'include',
        'permissions',
      ],
      ...[
        'id_tokens',
        'artifacts',
        'paths',
        'image',
        'if',
        'container',
        'credentials',
        'a',
        '<<',
        '__proto__',
        '',
      ],
    );
    const text = fc.oneof(
      fc.constantFrom(
        '${{ secrets.A }}',
        '$TOKEN',
        '${{ ',
        '}}',
        'inherit',
        'write-all',
        'docker login -p $P',
        "'",
      ),
      fc.string({ maxLength: 30 }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        text,
        fc.constantFrom(null, true, 0, -1.5),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...paths), tree, (path, value) => {
        findings(path, stringify(value));
      }),
    );
  });

  test('a sound file in which something was changed', () => {
    const noise = fc.constantFrom(
      '\n',
      '\t',
      ' ',
      '"',
      "'",
      '${{',
      '}}',
      '$(',
      '`',
      '<<EOF',
      '&a',
      '*a',
      '[',
      '{',
      '|',
      ':',
      '-',
      '\0',
      '\ue000',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.nat(),
        fc.nat({ max: 20 }),
        noise,
        (file, place, gone, put) => {
          const at = place % (file.text.length + 1);
          findings(file.path, file.text.slice(0, at) + put + file.text.slice(at + gone));
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a file that is made to be too much', () => {
  const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
    { length: 30 },
    (_, level) =>
      `a${String(level + 1)}: &a${String(level + 1)} [${`*a${String(level)}, `.repeat(9)}*a${String(level)}]`,
  ).join('\n')}\n`;
  const merges = `a0: &a0 {k: v}\n${Array.from(
    { length: 24 },
    (_, level) =>
      `a${String(level + 1)}: &a${String(level + 1)}\n  <<: [*a${String(level)}, *a${String(level)}]\n  k${String(level)}: v`,
  ).join('\n')}\n`;
  test.each([
    ['aliases of aliases', `on: push\njobs: {}\n${bomb}`],
    ['aliases of aliases as a script', `${bomb}job:\n  script: *a30\n`],
    ['merges of merges', `${merges}job:\n  <<: *a24\n  script: [x]\n`],
    ['an anchor in itself', 'job: &a\n  script: [*a]\n  b: *a\n'],
    ['lists in lists', `on: push\njobs: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`],
    ['maps in maps', `on: push\njobs: ${'{a: '.repeat(5000)}x${'}'.repeat(5000)}\n`],
    ['a long line', `on: push\njobs:\n  a:\n    steps:\n      - run: ${'echo $A | '.repeat(20_000)}cat\n`],
    ['a deep script', `job:\n  script:\n    - ${'$('.repeat(20_000)}\n`],
    ['quotes without an end', `job:\n  script:\n    - |\n      ${'"$(" '.repeat(10_000)}\n`],
    [
      'many expressions',
      `on: push\njobs:\n  a:\n    env:\n      A: "${'${{ secrets.A }}'.repeat(10_000)}"\n`,
    ],
    ['a deep expression', `on: push\njobs:\n  a:\n    if: ${'('.repeat(20_000)}\n`],
    ['a long name', `on: push\njobs:\n  a:\n    env:\n      A: \${{ secrets.${'A_'.repeat(50_000)} }}\n`],
    [
      'many jobs with many variables',
      `on: push\nenv:\n${'  A: ${{ secrets.A }}\n'.repeat(300)}jobs:\n${Array.from({ length: 300 }, (_, job) => `  j${String(job)}:\n    steps:\n      - run: echo $A > f\n`).join('')}`,
    ],
  ])('%s', (_, text) => {
    for (const path of paths) expect(findings(path, text).length).toBeLessThan(100_000);
  });
});
