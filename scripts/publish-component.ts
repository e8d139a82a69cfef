// Makes of a commit what the GitLab project of the component holds: gitlab-component/ at the root, the bundle that the
// templates pin, and the licences. The same commit gives the same tree and, on the same parent, the same commit, so
// anyone can make it again and compare.
//
//   npm run publish-component                     prints tree and commit, publishes nothing
//   npm run publish-component -- --commit v1.2.3  of another commit than HEAD
//   npm run publish-component -- --push URL       pushes it to `main`, with the version as its tag; a pipeline of that
//                                                 project then makes the release (gitlab-component/.gitlab-ci.yml)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Template {
  readonly path: string;
  /** What it pins. */
  readonly bundle: string;
  /** How often it names its version. */
  readonly versions: number;
}

const core = 'dist/ephemeral-creds.cjs';
const gate = 'dist/gate/index.cjs';
const templates: readonly Template[] = [
  { path: 'gitlab-component/templates/ephemeral-creds.yml', bundle: core, versions: 3 },
  { path: 'gitlab-component/templates/job.yml', bundle: core, versions: 3 },
  { path: 'gitlab-component/templates/gate.yml', bundle: gate, versions: 2 },
];
const besides = [core, 'dist/ephemeral-creds.licenses.txt', gate, 'dist/gate/index.licenses.txt', 'LICENSE'];

function git(words: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const text = execFileSync('git', words, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  return text.trim();
}

/** @returns the version that is published @throws Error when the templates would run another bundle, or fetch it elsewhere */
function checkedVersion(commit: string): string {
  const { version } = JSON.parse(git(['show', `${commit}:package.json`])) as { version: string };
  for (const template of templates) {
    const problem = problemOf(template, commit, version);
    if (problem !== undefined) throw new Error(`${template.path} ${problem}`);
  }
  return version;
}

function problemOf(
  { path, bundle, versions }: Template,
  commit: string,
  version: string,
): string | undefined {
  const bytes = execFileSync('git', ['show', `${commit}:${bundle}`], { maxBuffer: 1 << 28 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const text = git(['show', `${commit}:${path}`]);
  const hashes = text.match(/\b[0-9a-f]{64}\b/g) ?? [];
  if (hashes.length !== 1 || hashes[0] !== sha256)
    return `does not pin the ${bundle} of this commit: npm run build, npm run generate`;
  const named = [...text.matchAll(/(?:# ephemeral-creds |\?ref=)([0-9A-Za-z.-]+)/g)].map(([, each]) => each);
  const right = named.length === versions && named.every((each) => each?.replace(/:$/, '') === version);
  return right ? undefined : `is not of version ${version}: npm run generate`;
}

function treeOf(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'publish-'));
  const index = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    git(['read-tree', `${commit}:gitlab-component`], index);
    for (const path of besides) {
      const [mode = '', , blob = ''] = git(['ls-tree', commit, '--', path]).split(/\s/);
      git(['update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`], index);
    }
    return git(['write-tree'], index);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tip of `main` in the component’s project, if it has one. */
function parentAt(url: string): string | undefined {
  if (git(['ls-remote', url, 'refs/heads/main']) === '') return undefined;
  git(['fetch', '-q', url, 'refs/heads/main']);
  return git(['rev-parse', 'FETCH_HEAD']);
}

function commitOf(
  tree: string,
  { source, version, parent }: { source: string; version: string; parent?: string | undefined },
): string {
  const date = git(['show', '-s', '--format=%cI', source]);
  const [name, email] = ['ephemeral-creds', 'ephemeral-creds@users.noreply.invalid'];
  return git(
    [
      'commit-tree',
      tree,
      ...(parent === undefined ? [] : ['-p', parent]),
      '-m',
      `ephemeral-creds ${version}\n\nSource-Commit: ${source}`,
    ],
    {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    },
  );
}

const { values } = parseArgs({
  options: { commit: { type: 'string', default: 'HEAD' }, push: { type: 'string' } },
});
try {
  const source = git(['rev-parse', '--verify', `${values.commit}^{commit}`]);
  const version = checkedVersion(source);
  const tree = treeOf(source);
  const parent = values.push === undefined ? undefined : parentAt(values.push);
  const commit = commitOf(tree, { source, version, parent });
  console.log(`version ${version}\ntree ${tree}\ncommit ${commit}`);
  if (values.push !== undefined)
    git([
      'push',
      '-q',
      '--atomic',
      values.push,
      `${commit}:refs/heads/main`,
      `${commit}:refs/tags/${version}`,
    ]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
