import { posix } from 'node:path';

/**
 * The root of the repository that a pipeline file lies in, as far as its place tells; else where the gate was started.
 */
export function rootOf(path: string): string {
  const [, root = ''] =
    /^(.*?)\/?(?:^|(?<=\/))(?:\.(?:github|gitlab|forgejo|gitea|circleci|buildkite)\/.*|(?:\.gitlab-ci|[^/]*\.gitlab-ci|bitbucket-pipelines|action)\.ya?ml)$/.exec(
      path,
    ) ?? [];
  return root;
}

/** A path below a folder; undefined where it leads out of it, or is none. */
export function below(folder: string, path: string): string | undefined {
  const inside = posix.normalize(path.replace(/^\/+/, '')).replace(/\/$/, '');
  if (inside === '' || inside === '.' || inside === '..' || inside.startsWith('../') || /[\0\n]/.test(path))
    return undefined;
  return folder === '' ? inside : `${folder}/${inside}`;
}
