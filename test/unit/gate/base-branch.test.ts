import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { checkGate } from '../../../src/commands/check-gate.ts';
import { gitBase } from '../../../src/entry/git-base.ts';
import type { BaseTree } from '../../../src/gate/files/base-tree.ts';
import type { WorkTree } from '../../../src/gate/files/work-tree.ts';

jest.setTimeout(60_000);

const now = new Date('2026-11-21T12:00:00Z');

/** A fake of a branch: one policy file, or why it cannot be read. */
function branch(policy: string | undefined | Error, asked = true): BaseTree {
  const read = (): Promise<string | undefined> =>
    policy instanceof Error ? Promise.reject(policy) : Promise.resolve(policy);
  return { name: 'main', asked, read };
}

async function checked(policy: string | undefined, base: BaseTree): Promise<string[]> {
  /** A fake of a work tree: one workflow and its policy file. */
  const tree: WorkTree = {
    isFolder: () => false,
    list: () => [],
    read: (path) => (path === 'ci.yml' ? 'on: push\njobs: {}\n' : policy),
  };
  const report = await checkGate({ paths: ['ci.yml'], policy: undefined }, tree, now, base);
  const enforced = report.enforced ? 'enforced' : 'reported';
  return [
    enforced,
    ...report.findings.map((each) => `${each.rule.id} ${each.severity} ${String(each.start.line)}`),
  ];
}

const waiver = (end: string, secret = 'HUB'): string =>
  `waivers:\n  - rule: EO105\n    secret: ${secret}\n    owner: platform\n    reason: no OIDC\n    ticket: SEC-1\n    expires: ${end}\n`;

describe('a policy file that is changed', () => {
  test.each<readonly [string, string | undefined, string | undefined, readonly string[]]>([
    ['is what it was', waiver('2026-12-01'), waiver('2026-12-01'), ['enforced']],
    ['enforces where it reported', 'mode: enforce\n', 'mode: report\n', ['enforced']],
    ['goes away', undefined, 'mode: enforce\n', ['enforced']],
    ['switches itself off', 'mode: report\n', 'mode: enforce\n', ['enforced', 'EO906 error 1']],
    ['switches itself off where there was none', 'mode: report\n', undefined, ['enforced', 'EO906 error 1']],
    ['reported already', 'mode: report\n', 'mode: report\n', ['reported']],
    ['waives anew', waiver('2026-12-01'), 'mode: enforce\n', ['enforced', 'EO906 error 2']],
    ['waives longer', waiver('2026-12-02'), waiver('2026-12-01'), ['enforced', 'EO906 error 2']],
    ['waives shorter', waiver('2026-11-30'), waiver('2026-12-01'), ['enforced']],
    ['waives another', waiver('2026-12-01', 'X'), waiver('2026-12-01'), ['enforced', 'EO906 error 2']],
    ['waives in vain', waiver('2026-11-01'), undefined, ['enforced', 'EO902 error 2']],
    [
      'calls a secret none',
      'classification:\n  A: EO111\n  B: identifier\n',
      'classification:\n  A: EO111\n',
      ['enforced', 'EO906 error 3'],
    ],
    [
      'makes an error a warning',
      'classification:\n  A: EO114\n',
      'classification:\n  A: EO111\n',
      ['enforced', 'EO906 error 2'],
    ],
    [
      'makes a warning an error',
      'classification:\n  A: EO111\n',
      'classification:\n  A: EO114\n',
      ['enforced'],
    ],
  ])('%s', async (_, policy, before, expected) => {
    expect(await checked(policy, branch(before))).toEqual(expected);
  });

  test('a waiver of EO906 waives nothing of it', async () => {
    const policy = waiver('2026-12-01').replace('EO105', 'EO906').replace('    secret: HUB\n', '');
    expect(await checked(`mode: report\n${policy}`, branch(undefined))).toEqual([
      'enforced',
      'EO906 error 1',
      'EO906 error 3',
    ]);
  });

  test('a base that was asked for and cannot be read ends the gate', async () => {
    await expect(checked('mode: enforce\n', branch(new Error('there is no such branch')))).rejects.toThrow(
      'The base main cannot be read: there is no such branch.',
    );
  });

  test('one that the platform names is told of where it could matter', async () => {
    const gone = branch(new Error('there is no such branch'), false);
    expect(await checked('mode: enforce\n', gone)).toEqual(['enforced']);
    expect(await checked(waiver('2026-12-01'), gone)).toEqual(['enforced', 'EO906 warning 1']);
  });

  test('so is a policy file that was not sound', async () => {
    expect(await checked(waiver('2026-12-01'), branch('mode: x\n'))).toEqual(['enforced', 'EO906 warning 1']);
  });
});

describe('the branch in a clone', () => {
  let folder: string;
  const git = (...words: string[]): void => {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...words], {
      cwd: folder,
      stdio: 'ignore',
    });
  };
  const commit = (text: string): void => {
    writeFileSync(join(folder, '.ephemeral-creds.yml'), text);
    git('add', '.');
    git('commit', '-m', text.trim());
  };
  const read = (
    asked: string | undefined,
    env: NodeJS.ProcessEnv = {},
  ): Promise<string | undefined> | undefined =>
    gitBase(asked, env, folder)?.read('.ephemeral-creds.yml', 1000);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gate-base-'));
    git('init', '-b', 'main');
    writeFileSync(join(folder, 'other'), '');
    git('add', '.');
    git('commit', '-m', 'nothing');
    git('tag', 'empty');
    commit('mode: enforce\n');
    git('update-ref', 'refs/remotes/origin/release/1', 'HEAD');
    git('checkout', '-b', 'topic');
    commit('mode: report\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(['main', 'HEAD~1', 'release/1', 'origin/release/1'])('%s', async (ref) => {
    expect(await read(ref)).toBe('mode: enforce\n');
  });

  test('a branch without the file', async () => {
    expect(await read('empty')).toBeUndefined();
  });

  test.each<readonly [string, NodeJS.ProcessEnv]>([
    ['GitHub’s', { GITHUB_BASE_REF: 'release/1' }],
    ['GitLab’s', { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }],
    [
      'GitLab’s commit',
      { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'gone', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'main' },
    ],
  ])('%s', async (_, env) => {
    expect(await read(undefined, env)).toBe('mode: enforce\n');
  });

  test('outside of a pull request there is none', () => {
    expect(gitBase(undefined, { GITHUB_BASE_REF: '' }, folder)).toBeUndefined();
  });

  test('what is not in the clone is told', async () => {
    await expect(read('gone')).rejects.toThrow('there is no such branch or commit in this clone');
  });

  test.each(['--help', '-c', 'main..topic', 'main:other', 'a b', '', 'main\n', 'main?', 'a\\b'])(
    'what is no branch is not handed to git: %j',
    async (ref) => {
      await expect(read(ref)).rejects.toThrow('this is no name of a branch, a tag or a commit');
    },
  );

  test('what is too long, and what is a link', async () => {
    await expect(gitBase('main', {}, folder)?.read('.ephemeral-creds.yml', 3)).rejects.toThrow(
      'git did not end',
    );
    git('checkout', '-b', 'links');
    rmSync(join(folder, 'other'));
    symlinkSync('/etc/passwd', join(folder, 'other'));
    git('add', '.');
    git('commit', '-m', 'a link');
    await expect(gitBase('links', {}, folder)?.read('other', 1000)).rejects.toThrow('is no file there');
  });
});
