import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const source = resolve('src/platforms/github-event.ts');

/** What is said to a run whose event file is this. In a process of its own: the toolkit reads the file when it is loaded. */
function reasonFor(payload: unknown, actor = 'octocat'): string {
  const folder = mkdtempSync(join(tmpdir(), 'event-'));
  const path = join(folder, 'event.json');
  writeFileSync(path, JSON.stringify(payload));
  const code = `import(${JSON.stringify(source)}).then((m) => console.log(m.untrustedEvent() ?? 'nothing'))`;
  const env = { GITHUB_EVENT_PATH: path, GITHUB_ACTOR: actor };
  try {
    return execFileSync(process.execPath, ['-e', code], { env, encoding: 'utf8' }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In the shape of GitHub's webhook payload `pull_request`, with what its runs have of it. */
function pullRequest(head: Record<string, unknown> | null, actor = 'octocat'): unknown {
  const repository = { id: 456789, full_name: 'octo-org/octo-repo', fork: false, private: false };
  return {
    action: 'synchronize',
    number: 7,
    pull_request: {
      number: 7,
      head: { label: 'x:feature', ref: 'feature', sha: 'f1d2d2f', repo: head },
      base: { label: 'octo-org:main', ref: 'main', sha: '8f7e6d5', repo: repository },
      user: { login: actor },
    },
    repository,
    sender: { login: actor },
  };
}

describe('a pull request', () => {
  test('from a fork is told so', () => {
    const fork = { id: 1, full_name: 'stranger/octo-repo', fork: true };
    expect(reasonFor(pullRequest(fork))).toBe('This run was started by a pull request from a fork.');
  });

  test('from a fork that has been deleted is told so', () => {
    expect(reasonFor(pullRequest(null))).toContain('fork');
  });

  test('from the repository itself is none of these, even if that is a fork', () => {
    const own = { id: 456789, full_name: 'octo-org/octo-repo', fork: true };
    expect(reasonFor(pullRequest(own))).toBe('nothing');
  });

  test('of Dependabot is told so, though it comes from the repository itself', () => {
    const own = { id: 456789, full_name: 'octo-org/octo-repo', fork: false };
    const reason = reasonFor(pullRequest(own, 'dependabot[bot]'), 'dependabot[bot]');
    expect(reason).toBe('This run was started by Dependabot.');
  });
});

describe('any other event', () => {
  test('says nothing', () => {
    expect(reasonFor({ ref: 'refs/heads/main', commits: [] })).toBe('nothing');
    expect(reasonFor({ schedule: '0 4 * * *' })).toBe('nothing');
    expect(reasonFor({ inputs: { x: 'y' } })).toBe('nothing');
  });

  test('of Dependabot, a push for example, is told so', () => {
    expect(reasonFor({ ref: 'refs/heads/dependabot/x' }, 'dependabot[bot]')).toContain('Dependabot');
  });
});
