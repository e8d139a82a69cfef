import { fc } from '../../support/property.ts';
import { describe, expect, test } from '@jest/globals';
import { readText } from '../../../src/gate/files/read-text.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import { inspect } from '../../../src/gate/inspect.ts';
import { ruleBook } from '../../../src/gate/rules/registry.ts';

function found(text: string, path = 'Dockerfile'): string[] {
  const file = readText(path, text, fileReaders);
  if ('problem' in file) return [file.problem];
  return inspect(file, ruleBook).map(({ rule, secret = '', severity, start }) =>
    `${rule.id} ${severity} ${String(start.line)}:${String(start.column)} ${secret}`.trim(),
  );
}

describe('what an image is made with', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'an argument by its name in the environment',
      'FROM a\nARG NPM_TOKEN\nRUN npm ci\n',
      ['EO104 error 2:5 NPM_TOKEN', 'EO211 error 2:5 NPM_TOKEN'],
    ],
    [
      'one by the command that takes it, over lines and remarks',
      'FROM a\nARG  X\nRUN make \\\n  # now\n\n  && cargo publish \\\n    --token ${X}\n',
      ['EO104 error 2:6 X', 'EO211 error 2:6 X'],
    ],
    [
      'one by the variable that it is put into',
      'FROM a\nARG X\nENV TWINE_USERNAME=u TWINE_PASSWORD="$X"\n',
      ['EO104 error 2:5 X', 'EO211 error 2:5 X'],
    ],
    [
      'in a here-document',
      'FROM a\nARG X\nRUN <<EOF\nset -e\ntwine upload -p "$X" d/*\nEOF\nRUN echo\n',
      ['EO104 error 2:5 X', 'EO211 error 2:5 X'],
    ],
    [
      'without a shell',
      'FROM a\nARG X\nRUN ["docker", "login", "-p", "$X", "r"]\n',
      // It may be the token of the job that builds the image.
      [],
    ],
    ['one of another stage', 'FROM a\nARG X\nFROM b\nRUN npm publish --token $X\n', []],
    ['one with a value', 'FROM a\nARG X=1\nRUN cargo publish --token $X\n', []],
    ['one that says nothing', 'ARG V\nFROM a:$V\nARG GIT_SHA\nRUN make\n', []],
    ['a mounted secret', 'FROM a\nRUN --mount=type=secret,id=t,env=NPM_TOKEN npm publish\n', []],
    ['a remark', 'FROM a\n# ARG NPM_TOKEN\n', []],
    [
      'a credential file',
      'FROM a\nCOPY a.txt .npmrc \\\n  .aws/credentials ./\n',
      ['EO211 warning 2:12', 'EO211 error 3:3'],
    ],
    ['one of another stage’s', 'FROM a\nCOPY --from=b /root/.npmrc /x\n', []],
    [
      'other carriage returns',
      'FROM a\r\nARG NPM_TOKEN\r\n',
      ['EO104 error 2:5 NPM_TOKEN', 'EO211 error 2:5 NPM_TOKEN'],
    ],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test.each(['Dockerfile.ci', 'app/prod.Dockerfile', 'Containerfile', 'docker/api.dockerfile'])(
    '%s',
    (path) => {
      expect(found('FROM a\nARG NPM_TOKEN\n', path)).toHaveLength(2);
    },
  );

  test('whatever stands in it, reading ends', () => {
    const piece = fc.constantFrom(
      'FROM a\n',
      'RUN ',
      'ARG X',
      'ENV A=',
      '<<E',
      '\n',
      '\\\n',
      '"',
      "'",
      '[',
      '#',
      '--mount=',
      '$X',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        found(pieces.join(''));
      }),
    );
  });

  test.each([
    ['lines that are continued', `FROM a\nRUN ${'a \\\n'.repeat(100_000)}`],
    ['here-documents', `FROM a\n${'RUN <<E\n'.repeat(50_000)}`],
    ['instructions', `FROM a\n${'ARG X\n'.repeat(100_000)}`],
    ['variables', `FROM a\nENV ${'A="A='.repeat(100_000)}\n`],
    ['options', `FROM a\nRUN ${'--a='.repeat(100_000)}\n`],
  ])('too many %s', (_, text) => {
    expect(found(text).length).toBeLessThan(10_000);
  });
});
