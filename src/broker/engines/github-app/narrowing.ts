// https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
import { isObject, member } from '../../../protocol/json.ts';
import { isNumber } from '../../forges/claim-values.ts';

type Answer = Readonly<Record<string, unknown>>;
type Permissions = Readonly<Record<string, string>>;

/** What a token is asked for: these repositories and no others, these permissions and no others. */
export interface Narrowing {
  readonly repositories: { readonly ids: readonly string[] } | { readonly names: readonly string[] };
  readonly permissions: Permissions;
}

/** The request's body. GitHub takes an empty list, or none, for all there is. */
export function narrowingBody({ repositories, permissions }: Narrowing): string {
  const list = 'ids' in repositories ? repositories.ids : repositories.names;
  if (list.length === 0 || Object.keys(permissions).length === 0)
    throw new Error('a token for nothing would be one for everything');
  const chosen =
    'ids' in repositories
      ? { repository_ids: repositories.ids.map(Number) }
      : { repositories: repositories.names };
  return JSON.stringify({ ...chosen, permissions });
}

const ranks = ['none', 'read', 'write', 'admin'];

/**
 * Whether a token is exactly what was asked for; also one that may less is not, since its job would fail later, elsewhere.
 * @returns the difference, in words that have nothing of the answer; undefined: there is none
 */
export function difference(answer: Answer, { repositories, permissions }: Narrowing): string | undefined {
  return repositoryDifference(answer, repositories) ?? permissionDifference(answer, permissions);
}

function repositoryDifference(answer: Answer, wanted: Narrowing['repositories']): string | undefined {
  const told = member(answer, 'repositories');
  if (!Array.isArray(told) || member(answer, 'repository_selection') === 'all')
    return 'it is not narrowed to repositories';
  const list: readonly unknown[] = told;
  const keys = 'ids' in wanted ? wanted.ids : wanted.names;
  const is = (repository: unknown, key: string): boolean =>
    'ids' in wanted ? isNumber(repository, 'id', key) : hasName(repository, key);
  if (!list.every((repository) => keys.some((key) => is(repository, key))))
    return 'it reaches a repository that was not asked for';
  return keys.every((key) => list.some((repository) => is(repository, key)))
    ? undefined
    : 'it does not reach every repository that was asked for';
}

/** GitHub takes `Octo-Repo` and `octo-repo` for the same. */
function hasName(repository: unknown, wanted: string): boolean {
  const name = isObject(repository) ? member(repository, 'name') : undefined;
  return typeof name === 'string' && name.toLowerCase() === wanted.toLowerCase();
}

function permissionDifference(answer: Answer, wanted: Permissions): string | undefined {
  const told = member(answer, 'permissions');
  if (!isObject(told)) return 'it does not say what it permits';
  // GitHub adds reading metadata to every token, and does not promise to say so.
  const given = { metadata: 'read', ...told };
  const allowed: Permissions = { metadata: 'read', ...wanted };
  const names = new Set([...Object.keys(given), ...Object.keys(wanted)]);
  for (const name of names) {
    const level = levelOf(given, name);
    if (level > levelOf(allowed, name)) return 'it permits more than was asked for';
    if (level < levelOf(wanted, name)) return 'it permits less than was asked for';
  }
  return undefined;
}

/** A level that is not known is above all. */
function levelOf(permissions: Answer, name: string): number {
  const level = member(permissions, name) ?? 'none';
  const rank = typeof level === 'string' ? ranks.indexOf(level) : -1;
  return rank < 0 ? ranks.length : rank;
}

/** Permissions of `wanted` that `granted` does not cover, as `contents: write`. */
export function missingPermissions(granted: Answer, wanted: Permissions): string[] {
  const allowed = { metadata: 'read', ...granted };
  return Object.entries(wanted)
    .filter(
      ([name]) => levelOf(allowed, name) < levelOf(wanted, name) || levelOf(allowed, name) === ranks.length,
    )
    .map(([name, level]) => `${name}: ${level}`);
}
