import { execFile } from 'node:child_process';
import { relative, resolve } from 'node:path';
import type { BaseTree } from '../gate/files/base-tree.ts';

/**
 * The branch that the change under test goes to, read from this clone; nothing is fetched.
 * @param asked what the user named; without it, what the platform says of a pull or merge request
 * @param folder where the gate was started
 * @returns undefined where there is no such branch to be compared with
 */
export function gitBase(
  asked: string | undefined,
  env: NodeJS.ProcessEnv,
  folder = '.',
): BaseTree | undefined {
  const named =
    asked === undefined ? ofPlatform(env) : { name: asked, refs: [asked, `refs/remotes/origin/${asked}`] };
  if (named === undefined) return undefined;
  return {
    name: named.name,
    asked: asked !== undefined,
    read: async (path, maxBytes) => {
      const git = gitIn(folder);
      const commit = await commitOf(git, named.refs);
      return blobAt(git, commit, { path: relative(folder, resolve(folder, path)), maxBytes });
    },
  };
}

/** Variables that hold the target of a pull or merge request; a commit goes before a branch. */
const branches = [
  'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
  'GITHUB_BASE_REF',
  'BITBUCKET_PR_DESTINATION_BRANCH',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH',
] as const;

function ofPlatform(
  env: NodeJS.ProcessEnv,
): { readonly name: string; readonly refs: readonly string[] } | undefined {
  const branch = branches.map((name) => env[name] ?? '').find((value) => value !== '');
  const commit = env['CI_MERGE_REQUEST_DIFF_BASE_SHA'] ?? '';
  const refs = [
    ...(commit === '' ? [] : [commit]),
    ...(branch === undefined ? [] : [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`]),
  ];
  return refs.length === 0 ? undefined : { name: branch ?? commit, refs };
}

/** What git-check-ref-format(1) refuses in a name, and what makes a range or a path of it; `~1`, `^` and `@{1}` stay. */
function isRef(name: string): boolean {
  return /^[^-\s\p{Cc}:?*[\\][^\s\p{Cc}:?*[\\]{0,254}$/u.test(name) && !name.includes('..');
}

async function commitOf(git: Git, refs: readonly string[]): Promise<string> {
  if (!refs.every(isRef)) throw new Error('this is no name of a branch, a tag or a commit');
  for (const ref of refs) {
    const { out, status } = await git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], 200);
    if (status === 0 && /^[0-9a-f]{40,64}\n$/.test(out)) return out.trim();
  }
  throw new Error('there is no such branch or commit in this clone');
}

/** By the id of the blob: no filter and no program that the repository names is run over it. */
async function blobAt(
  git: Git,
  commit: string,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
): Promise<string | undefined> {
  const listed = await git(['--literal-pathspecs', 'ls-tree', '-z', commit, '--', path], 4096);
  if (listed.status !== 0) throw new Error('git cannot list it');
  if (listed.out === '') return undefined;
  const [, blob] = /^100\d{3} blob ([0-9a-f]{40,64})\t/.exec(listed.out) ?? [];
  if (blob === undefined) throw new Error('the policy file is no file there');
  const { out, status } = await git(['cat-file', 'blob', blob], maxBytes);
  if (status !== 0) throw new Error('git cannot read the policy file there');
  return out;
}

const mostMs = 20_000;

type Git = (
  words: readonly string[],
  maxBytes: number,
) => Promise<{ readonly out: string; readonly status: number }>;

/** Runs git in a folder: no shell, no question, no network. */
function gitIn(cwd: string): Git {
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' };
  const env = { ...process.env, ...quiet };
  return (words, maxBuffer) =>
    new Promise((fulfil, reject) => {
      execFile('git', words, { cwd, env, timeout: mostMs, maxBuffer }, (error, out) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') fulfil({ out, status: code });
        else reject(new Error(code === 'ENOENT' ? 'git is not installed' : 'git did not end as it should'));
      });
    });
}
