import { resolve } from 'node:path';
import { invalid } from '../../domain/yaml-document.ts';
import type { RoleTerms } from '../domain/role.ts';
import type { SecretEntry } from '../domain/secrets-file.ts';
import type { SettingsFile } from '../domain/settings.ts';
import type { Place } from './named-file.ts';
import type { SecretSettings } from './settings.ts';

const defaultGraceSeconds = 86_400;
const defaultRotationSeconds = 30;

/** The secrets that the broker keeps. @throws CredsError `input-invalid` where nothing could seal them */
export function readSecrets(
  { secrets = {}, sealing, admin }: SettingsFile,
  { document, folder }: Pick<Place, 'document' | 'folder'>,
): Pick<SecretsRead, 'secrets' | 'notices'> {
  const found = Object.entries(secrets).map(([name, entry]) => toSecret(name, entry, folder));
  if (found.length > 0 && sealing === undefined)
    throw invalid([
      document.problem(
        ['secrets'],
        'they are kept sealed: name a key to seal them under, sealing: { keys: [{ id, file }] }',
      ),
    ]);
  const nobody = found.length > 0 && admin === undefined;
  return {
    secrets: new Map(found.map((secret) => [secret.name, secret])),
    notices: nobody
      ? ['secrets are kept here and nobody can put them: another replica, or this one, needs `admin`']
      : [],
  };
}

interface SecretsRead {
  readonly secrets: ReadonlyMap<string, SecretSettings>;
  readonly notices: readonly string[];
}

/** A program’s name with a slash counts from the folder of broker.yaml, any other is looked up in PATH. */
function toSecret(name: string, entry: SecretEntry, folder: string): SecretSettings {
  const { rotation } = entry;
  const [program = '', ...words] = rotation?.command ?? [];
  return {
    name,
    roles: entry.roles,
    grantableBy: entry.grantable_by,
    graceSeconds: entry.grace ?? defaultGraceSeconds,
    rotateAfter: entry.rotate_after,
    rotation: rotation && {
      command: [program.includes('/') ? resolve(folder, program) : program, ...words],
      timeoutSeconds: rotation.timeout ?? defaultRotationSeconds,
      getsOldValue: rotation.gets_old_value ?? false,
    },
    migrateTo: entry.migrate_to,
  };
}

/**
 * The terms of a role that lends these secrets: only policies whose owner may grant the role and every one of them.
 * @returns what is wrong instead, when a secret may not be named by the role
 */
export function termsWithSecrets(
  terms: RoleTerms,
  named: readonly string[],
  secrets: NonNullable<SettingsFile['secrets']>,
): RoleTerms | string {
  if (named.length === 0) return terms;
  let { grantableBy } = terms;
  for (const name of named) {
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (secret === undefined) return unknown(name, Object.keys(secrets));
    if (!secret.roles.includes(terms.name))
      return `the secret ${name} may be named by ${secret.roles.join(', ')} only (secrets.${name}.roles)`;
    const owners = secret.grantable_by;
    if (owners !== undefined) grantableBy = grantableBy?.filter((owner) => owners.includes(owner)) ?? owners;
  }
  if (grantableBy?.length === 0)
    return 'nobody could grant it: its grantable_by and those of its secrets have no owner in common';
  return { ...terms, grantableBy, secrets: named };
}

function unknown(name: string, all: readonly string[]): string {
  const has = all.length === 0 ? 'it has none' : `it has ${all.join(', ')}`;
  return `there is no secret ${name} under \`secrets\` of broker.yaml; ${has}`;
}
