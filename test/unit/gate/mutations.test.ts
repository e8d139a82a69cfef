import { fc } from '../../support/property.ts';
import { expect, test } from '@jest/globals';
import { readText } from '../../../src/gate/files/read-text.ts';
import { fileReaders } from '../../../src/gate/files/registry.ts';
import { fingerprints } from '../../../src/gate/fingerprint.ts';
import { inspect, unreadable } from '../../../src/gate/inspect.ts';
import { ruleBook } from '../../../src/gate/rules/registry.ts';

/** As such files are: anchors, matrices, heredocs, several documents' worth of steps. */
const workflow = `name: deploy
on:
  push: { branches: [main] }
  workflow_dispatch:
env: &common
  AWS_REGION: \${{ secrets.AWS_REGION }}
jobs:
  build:
    runs-on: ubuntu-latest
    strategy:
      matrix: { node: [20, 22] }
    env:
      <<: *common
      NPM_TOKEN: \${{ secrets.NPM_TOKEN }}
    steps:
      - uses: actions/checkout@v6
        with:
          token: "\${{ secrets.BOT_PAT || github.token }}"
      - name: Image
        run: |
          aws ecr get-login-password --region $AWS_REGION | docker login -u AWS --password-stdin "$ECR"
          cat > .env <<EOF
          DATABASE_URL=postgres://\${{ secrets.DB_USER }}:\${{ secrets.DB_PASSWORD }}@db/app
          EOF
        if: \${{ secrets.NPM_TOKEN != '' }}
  deploy:
    needs: [build]
    uses: ./.github/workflows/deploy.yml
    secrets: inherit
`;
const gitlab = `include:
  - local: ci/build.yml
.login: &login
  - echo "$HUB_PASSWORD" | docker login -u "$HUB_USER" --password-stdin
deploy:
  stage: deploy
  variables: { DATABASE_URL: "postgres://app:$DB_PASSWORD@db/app" }
  before_script: [*login]
  script:
    - >-
      scp -i "$SSH_KEY" app.tgz
      "$DEPLOY_USER@$DEPLOY_HOST:/srv"
  rules: [{ if: '$CI_COMMIT_BRANCH == "main"' }]
`;
const files = [
  { path: '.github/workflows/deploy.yml', text: workflow },
  { path: '.gitlab-ci.yml', text: gitlab },
];

type Change = (lines: readonly string[], at: number, other: number) => readonly string[];

/** What people and editors do to a file by mistake. */
const changes: Readonly<Record<string, Change>> = {
  'a line gone': (lines, at) => lines.toSpliced(at, 1),
  'a line twice': (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  'two lines changed over': (lines, at, other) =>
    lines.with(at, lines[other] ?? '').with(other, lines[at] ?? ''),
  'a line further in': (lines, at) => lines.with(at, `  ${lines[at] ?? ''}`),
  'a line further out': (lines, at) => lines.with(at, (lines[at] ?? '').trimStart()),
  'a tab': (lines, at) => lines.with(at, `\t${(lines[at] ?? '').trimStart()}`),
  'half a line': (lines, at) => lines.with(at, (lines[at] ?? '').slice(0, other(lines[at]))),
  'a mark of a conflict': (lines, at) => lines.toSpliced(at, 0, '<<<<<<< HEAD'),
  'another document': (lines, at) => lines.toSpliced(at, 0, '---'),
  'an alias of nothing': (lines, at) => lines.with(at, `${(lines[at] ?? '').replace(/:.*/, '')}: *nothing`),
};

function other(line = ''): number {
  return line.length >> 1;
}

test('a file in which lines were changed is read, or told to be unreadable', () => {
  const step = fc.tuple(fc.constantFrom(...Object.keys(changes)), fc.nat(), fc.nat());
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(step, { minLength: 1, maxLength: 6 }),
      ({ path, text }, steps) => {
        let lines: readonly string[] = text.split('\n');
        for (const [name, at, then] of steps)
          lines = changes[name]?.(lines, at % lines.length, then % lines.length) ?? lines;
        const file = readText(path, lines.join('\n'), fileReaders);
        if ('problem' in file) {
          expect(unreadable(file, ruleBook).rule.id).toBe('EO901');
          // A defect of the gate would be told so, too.
          expect(file.problem).not.toMatch(/defect/);
        } else expect(inspect(file, ruleBook).length).toBeLessThan(1000);
      },
    ),
    { numRuns: 500 },
  );
});

test('a remark, an empty line or the end of lines alters no fingerprint', () => {
  const found = (path: string, text: string): readonly string[] => {
    const file = readText(path, text, fileReaders);
    return 'problem' in file ? [file.problem] : fingerprints(inspect(file, ruleBook));
  };
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.boolean(),
      ({ path, text }, places, windows) => {
        const plain = text.split('\n');
        // Between the keys of the file only: in a script an empty line is part of the text.
        const tops = plain.flatMap((line, at) => (/^\S/.test(line) ? [at] : []));
        let lines = plain;
        const chosen = [...new Set(places.map((place) => tops[place % tops.length] ?? 0))];
        for (const at of chosen.toSorted((a, b) => b - a)) lines = lines.toSpliced(at, 0, '# a remark', '');
        expect(found(path, lines.join(windows ? '\r\n' : '\n'))).toEqual(found(path, text));
      },
    ),
  );
});
