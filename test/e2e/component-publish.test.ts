/** What the component's own project gets: the same for everybody, and nothing that its templates do not pin. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { makeProject } from '../support/gitlab/pipeline.ts';
import { startMirror } from '../support/gitlab/mirror.ts';
import { testWith } from '../support/peers.ts';
import { componentTemplate, readPins } from '../../scripts/generate/component.ts';
import { gateTemplate } from '../../scripts/generate/gate-component.ts';

const root = mkdtempSync(join(tmpdir(), 'publish-'));
const script = resolve('scripts/publish-component.ts');
const { version } = readPins('.');
let copies = 0;
let source = '';

/** A copy of what is published, with templates for the bundle that is built now. */
beforeEach(() => {
  source = makeSource();
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function makeSource(): string {
  const folder = join(root, `source-${String(copies++)}`);
  mkdirSync(folder);
  for (const name of [
    'gitlab-component',
    'dist/ephemeral-creds.cjs',
    'dist/ephemeral-creds.licenses.txt',
    'dist/gate/index.cjs',
    'dist/gate/index.licenses.txt',
    'LICENSE',
    'package.json',
  ])
    cpSync(name, join(folder, name), { recursive: true });
  for (const name of ['ephemeral-creds', 'job'] as const)
    writeFileSync(template(folder, name), componentTemplate(name, readPins('.')));
  writeFileSync(template(folder, 'gate'), gateTemplate(readPins('.')));
  git(folder, 'init', '-q', '-b', 'main');
  commit(folder);
  return folder;
}

function template(folder: string, name = 'ephemeral-creds'): string {
  return join(folder, `gitlab-component/templates/${name}.yml`);
}

function git(folder: string, ...words: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim();
}

function commit(folder: string): void {
  const env = {
    ...process.env,
    GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
    GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  };
  git(folder, 'add', '-A', '-f');
  const words = [
    '-C',
    folder,
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    'commit',
    '-qm',
    'A version',
  ];
  execFileSync('git', words, { env });
}

function publish(folder: string, ...words: readonly string[]): { status: number | null; said: string } {
  const run = spawnSync(process.execPath, [script, ...words], { cwd: folder, encoding: 'utf8' });
  return { status: run.status, said: run.stdout + run.stderr };
}

const treeIn = (said: string): string => /^tree ([0-9a-f]{40})$/m.exec(said)?.[1] ?? '';

test('the same commit gives the same tree and the same commit, wherever it is made', () => {
  const [first, again, elsewhere] = [publish(source), publish(source), publish(makeSource())];
  expect(first.status).toBe(0);
  expect(treeIn(first.said)).not.toBe('');
  expect([again.said, elsewhere.said]).toEqual([first.said, first.said]);
});

test('it is laid out as the root of a component project, with the bundle that the templates pin', () => {
  const tree = treeIn(publish(source).said);
  expect(git(source, 'ls-tree', '-r', '--name-only', tree).split('\n')).toEqual([
    '.gitlab-ci.yml',
    'LICENSE',
    'README.md',
    'dist/ephemeral-creds.cjs',
    'dist/ephemeral-creds.licenses.txt',
    'dist/gate/index.cjs',
    'dist/gate/index.licenses.txt',
    'templates/ephemeral-creds.yml',
    'templates/gate.yml',
    'templates/job.yml',
  ]);
  expect(git(source, 'show', `${tree}:dist/ephemeral-creds.cjs`)).toBe(
    readFileSync('dist/ephemeral-creds.cjs', 'utf8').trim(),
  );
});

test.each(['ephemeral-creds.cjs', 'gate/index.cjs'])(
  'a %s that no template pins is not published',
  (name) => {
    appendFileSync(join(source, 'dist', name), '// changed\n');
    commit(source);
    expect(publish(source)).toEqual({ status: 1, said: expect.stringContaining('does not pin') });
  },
);

test.each([
  ['a second hash', (text: string) => text.replace('before_script', `x: ${'a'.repeat(64)}\n  before_script`)],
  ['another version in the address of the bundle', (text: string) => text.replace('?ref=', '?ref=9')],
  [
    'another version in its first line',
    (text: string) => text.replace('# ephemeral-creds ', '# ephemeral-creds 9'),
  ],
])('a template with %s is not published', (_, change) => {
  const path = template(source, 'job');
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  commit(source);
  expect(publish(source).status).toBe(1);
});

test('it is pushed with its version as the tag, upon what is there already', () => {
  const mirror = join(root, 'mirror.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', mirror]);
  expect(publish(source, '--push', mirror).status).toBe(0);
  const first = git(mirror, 'rev-parse', 'main');
  expect(git(mirror, 'rev-parse', `refs/tags/${version}`)).toBe(first);
  expect(git(mirror, 'show', '-s', '--format=%B', 'main')).toContain(
    `Source-Commit: ${git(source, 'rev-parse', 'HEAD')}`,
  );
  // A version is published once.
  writeFileSync(join(source, 'gitlab-component/README.md'), '# changed\n');
  commit(source);
  expect(publish(source, '--push', mirror).status).toBe(1);
  expect(git(mirror, 'rev-parse', 'main')).toBe(first);
  git(mirror, 'tag', '-d', version);
  expect(publish(source, '--push', mirror).status).toBe(0);
  expect(git(mirror, 'rev-parse', 'main^')).toBe(first);
});

testWith(
  ['bash', 'rsync'],
  'its own pipeline passes: the hash holds, and without a broker the script does not run',
  async () => {
    const tree = treeIn(publish(source).said);
    const files = git(source, 'ls-tree', '-r', '--name-only', tree).split('\n');
    const texts = files.map((name) => [name, git(source, 'show', `${tree}:${name}`)] as const);
    const { '.gitlab-ci.yml': pipeline = '', ...rest } = Object.fromEntries(texts);
    const bundle = readFileSync('dist/ephemeral-creds.cjs');
    await using mirror = await startMirror({ 'ephemeral-creds.cjs': bundle });
    // `git show` leaves out the line break at the end, which is part of the bundle.
    const gate = readFileSync('dist/gate/index.cjs').toString();
    const bundles = { 'dist/ephemeral-creds.cjs': bundle.toString(), 'dist/gate/index.cjs': gate };
    using project = makeProject(pipeline, { ...rest, ...bundles });
    const variables = {
      CI_API_V4_URL: mirror.apiUrl,
      CI_PROJECT_ID: '7',
      GITLAB_CI: 'true',
      EPHEMERAL_CREDS_ID_TOKEN: 'x',
    };
    const hash = await project.run('bundle', variables);
    expect(hash.status).toBe(0);
    expect(hash.log).toContain(version);
    const closed = await project.run('fails-closed', variables);
    expect(closed.log).toContain('nothing was borrowed, so the script does not run');
    expect(closed.log).toContain('WARN 1');
    expect(closed.status).toBe(0);
  },
);
