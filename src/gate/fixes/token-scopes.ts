import type { Job, Permissions, PipelineFile, Step } from '../files/file.ts';
import { NotSure, type Change, type PlainMap } from './change.ts';
import { jobPath } from './places.ts';

/** Actions that use the job’s own token for reading at most. */
const readers =
  /^(actions\/(checkout|setup-[\w-]+|cache(\/(restore|save))?|upload-artifact|download-artifact)|aws-actions\/[\w-]+|google-github-actions\/(auth|setup-gcloud|deploy-[\w-]+|get-gke-credentials|upload-cloud-storage)|azure\/(login|cli|webapps-deploy|functions-action|aks-set-context|k8s-deploy|arm-deploy|docker-login)|hashicorp\/(vault-action|setup-[\w-]+)|docker\/(login|metadata|build-push|bake|setup-[\w-]+)-action|pypa\/gh-action-pypi-publish|pnpm\/action-setup|astral-sh\/setup-uv|ruby\/setup-ruby|dtolnay\/rust-toolchain|(.*\/)?ephemeral-creds)$/;

/**
 * Changes that let a job’s token do more, at the job itself and nowhere else, and take nothing from it. A block of the
 * job’s own replaces the workflow’s, so that it repeats what the job had.
 * @throws NotSure where nobody can tell from the file what the job had
 */
export function grant(
  file: PipelineFile,
  job: Job,
  wanted: Readonly<Record<string, 'read' | 'write'>>,
): Change[] {
  const own = job.permissions;
  const missing = Object.entries(wanted).filter(
    ([scope, access]) => !has(own ?? file.permissions, scope, access),
  );
  if (missing.length === 0) return [];
  const path = [...jobPath(job), 'permissions'];
  if (own !== undefined) {
    assertScopes(own);
    return missing.map(([scope, access]) => {
      const change = { path: [...path, scope], value: access };
      return own.scopes.some(({ name }) => name === scope)
        ? { do: 'set', ...change }
        : { do: 'add', ...change };
    });
  }
  const value: PlainMap = { ...hadBefore(file, job), ...Object.fromEntries(missing) };
  const behind = job.runsOn.length > 0 ? { behind: 'runs-on' } : { before: 'steps' };
  return [{ do: 'add', path, value, ...behind }];
}

function has(permissions: Permissions | undefined, scope: string, access: 'read' | 'write'): boolean {
  if (permissions === undefined) return false;
  if (permissions.all === 'write-all') return true;
  if (permissions.all === 'read-all') return access === 'read' && scope !== 'id-token';
  return permissions.scopes.some(
    (each) => each.name === scope && (each.access === 'write' || each.access === access),
  );
}

function assertScopes({ all }: Permissions): void {
  if (all !== undefined)
    throw new NotSure(`\`permissions: ${all}\` cannot be added to: write each scope, and run this again`);
}

function hadBefore(file: PipelineFile, job: Job): Record<string, string> {
  const { permissions } = file;
  if (permissions !== undefined) {
    assertScopes(permissions);
    return Object.fromEntries(permissions.scopes.map(({ name, access }) => [name, access]));
  }
  const user = firstUser(file, job);
  if (user !== undefined)
    throw new NotSure(
      `the job has no \`permissions\`, and ${user} may need more than reading: write what it needs, and run this again`,
    );
  return { contents: 'read' };
}

/** What may use the token that a job without `permissions` has. */
function firstUser({ references }: PipelineFile, job: Job): string | undefined {
  const named = references.some(
    ({ reference: { context, path }, job: at }) =>
      (at === undefined || at.name === job.name) &&
      ((context === 'github' && (path[0] ?? 'token') === 'token') ||
        (context === 'secrets' && (path[0] ?? 'GITHUB_TOKEN').toUpperCase() === 'GITHUB_TOKEN')),
  );
  if (named) return 'what takes its GITHUB_TOKEN';
  const action = job.steps.find(
    (step) => step.action !== undefined && !readers.test(step.action.name),
  )?.action;
  if (action !== undefined) return `\`${action.name}\``;
  return job.steps.some(pushesByGit) ? '`git push`' : undefined;
}

/** By themselves, or by a tool that does, as what `actions/checkout` leaves behind lets them. */
const pushing =
  /^git (.* )?push\b|^((npx|yarn|pnpm|bunx|uv run|poetry run|python3? -m) )*(mkdocs gh-deploy|mike |ghp-import|gh-pages|lerna (version|publish)|semantic-release|release-it)\b|^(mvn|\.\/mvnw) .*release:/;

function pushesByGit({ script }: Step): boolean {
  return script?.shell.commands.some(({ line }) => pushing.test(line)) === true;
}

/** @throws NotSure where a job gets `permissions` for the first time, and a script of the repository may need more */
export function assertScriptsKeepRights(
  { permissions }: PipelineFile,
  job: Job,
  changes: readonly Change[],
  scripts: readonly PipelineFile[],
): void {
  const first = changes.some(({ do: what, path }) => what === 'add' && path.at(-1) === 'permissions');
  if (!first || permissions !== undefined || !job.steps.some(({ script }) => script !== undefined)) return;
  const pusher = scripts.find(({ jobs }) => jobs.some(({ steps }) => steps.some(pushesByGit)));
  if (pusher !== undefined)
    throw new NotSure(
      `the job has no \`permissions\`, and \`${pusher.source.path}\` pushes by git: write what the job needs, and run this again`,
    );
}
