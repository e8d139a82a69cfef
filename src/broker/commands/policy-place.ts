import { dirname, join } from 'node:path';
import { CredsError } from '../../domain/errors.ts';
import { fullMatch } from '../../domain/pattern.ts';
import { invalid } from '../../domain/yaml-document.ts';
import type { BrokerFiles } from '../domain/outside.ts';
import type { RoleAccess } from '../domain/role-access.ts';
import { engines } from '../engines/registry.ts';
import type { PolicyContext, PolicyText } from '../policy/load-policies.ts';
import { attempt, maxFileBytes } from './named-file.ts';
import { pullRequestIssuers, readForges } from './read-forges.ts';
import { readIssuers } from './read-issuers.ts';
import { readRoles } from './read-roles.ts';
import { policyNames, readGuardrails, readPolicies, readSettingsFile } from './read-settings.ts';

/** Policies, and what they refer to; not loaded yet. */
export interface PolicyPlace {
  readonly texts: readonly PolicyText[];
  readonly context: PolicyContext;
  /** What roles ask besides, by role. */
  readonly access: ReadonlyMap<string, RoleAccess>;
  /** Undefined: broker.yaml names none. */
  readonly guardrails: ReturnType<typeof readGuardrails>;
}

/**
 * Finds policies. Of broker.yaml only what they refer to is needed: issuers, roles and operators; no key and no
 * certificate has to be there.
 * @param paths absolute: broker.yaml itself (all its policies), folders of policies, or single policies
 * @param config broker.yaml for folders and single policies; left out, the nearest one above the first path
 * @throws CredsError `input-invalid`
 */
export async function findPolicies(
  paths: readonly [string, ...string[]],
  config: string | undefined,
  files: BrokerFiles,
): Promise<PolicyPlace> {
  const isSettings = (path: string): boolean => path === config || isNamedSo(path);
  const own = paths.filter(isSettings);
  const settingsPath = config ?? own[0] ?? nearestSettings(paths[0], files);
  if (own.some((path) => path !== settingsPath))
    throw new CredsError('input-invalid', 'Policies are checked for one broker at a time.', {
      hint: 'Name one broker.yaml.',
    });
  const { document, file } = readSettingsFile(settingsPath, files);
  const place = { document, folder: dirname(settingsPath), files };
  const { issuers } = await readIssuers(file, place);
  const roles = readRoles(file, document, engines);
  return {
    texts: paths.flatMap((path) => (isSettings(path) ? readPolicies(file, place) : textsOf(path, files))),
    guardrails: readGuardrails(file, place),
    context: {
      issuers: new Map(issuers.map((issuer) => [issuer.url, issuer])),
      roles: new Map(roles.map(({ terms }) => [terms.name, terms])),
      operators: file.operators?.length ?? 0,
      forges: pullRequestIssuers(readForges(file, place, issuers)),
    },
    access: new Map(
      roles.flatMap(({ terms, access }) => (access === undefined ? [] : [[terms.name, access]])),
    ),
  };
}

/** By its name: a policy may lie beside it. */
function isNamedSo(path: string): boolean {
  return fullMatch(/.*[\\/]broker\.ya?ml/s, path);
}

function nearestSettings(path: string, files: BrokerFiles): string {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = join(folder, 'broker.yaml');
    if (isThere(found, files)) return found;
    if (dirname(folder) === folder) break;
  }
  throw new CredsError(
    'input-invalid',
    'There is no broker.yaml in the folder of the policies or above it.',
    {
      hint: 'Name it: `--config broker.yaml`. A policy means something only beside the issuers and roles that it names.',
    },
  );
}

function isThere(path: string, files: BrokerFiles): boolean {
  try {
    return files.read(path, maxFileBytes) !== undefined;
  } catch {
    return false;
  }
}

/** The policies of a folder, as the broker would take them, or a single one. */
function textsOf(path: string, files: BrokerFiles): PolicyText[] {
  const names = namesIn(path, files);
  return names === undefined
    ? [textOf(path, files)]
    : policyNames(names).map((name) => textOf(join(path, name), files));
}

/** Undefined for what is no folder. */
function namesIn(path: string, files: BrokerFiles): string[] | undefined {
  try {
    return files.list(path);
  } catch {
    return undefined;
  }
}

function textOf(path: string, files: BrokerFiles): PolicyText {
  const text = attempt(
    () => files.read(path, maxFileBytes),
    (why) => invalid([`${path}: cannot be read (${why})`]),
  );
  if (text === undefined) throw invalid([`${path}: no such file`]);
  return { file: path, text };
}
