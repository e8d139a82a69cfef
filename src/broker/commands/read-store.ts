import { resolve } from 'node:path';
import { invalid } from '../../domain/yaml-document.ts';
import type { SettingsFile } from '../domain/settings.ts';
import { readNamed, type Place } from './named-file.ts';
import type { Settings } from './settings.ts';

/** Where the store is; the URL of a database, which holds a password, is not read yet. */
export type StoreSettings = { readonly sqlite: string } | PostgresSettings;

export interface PostgresSettings {
  /** Where the URL is kept. */
  readonly postgres: string;
  /** PEM. */
  readonly ca: string | undefined;
  readonly connections: number;
  readonly connectMs: number;
  readonly statementMs: number;
}

/** `store`. @throws CredsError `input-invalid` at the field */
export function readStore({ store }: SettingsFile, place: Place): StoreSettings {
  const { sqlite, postgres = '', ca, connections = 10 } = store;
  if (sqlite !== undefined) return { sqlite: resolve(place.folder, sqlite) };
  return {
    postgres,
    ca: ca === undefined ? undefined : readNamed(place, ['store', 'ca'], ca),
    connections,
    connectMs: (store.connect_timeout ?? 5) * 1000,
    statementMs: (store.statement_timeout ?? 5) * 1000,
  };
}

/**
 * Where the broker's own keys lie: beside a store that is a file, or where broker.yaml says. One key for two purposes
 * is one too few: what it signs for one might be taken for the other.
 * @throws CredsError `input-invalid` at the field
 */
export function readOwnKeys(
  file: SettingsFile,
  { document, folder }: Place,
  store: StoreSettings,
): Pick<Settings, 'signingKey' | 'publishedKeys' | 'auditKeyPath' | 'nonce'> {
  const pathOf = (key: keyof typeof suffixes): string => {
    const name = file[key];
    if (name !== undefined) return resolve(folder, name);
    if ('sqlite' in store) return store.sqlite + suffixes[key];
    throw invalid([document.problem(['store'], `a store in PostgreSQL needs \`${key}\`: ${whose[key]}`)]);
  };
  const shared = 'postgres' in store;
  const signingKey = { path: pathOf('signing_key'), shared };
  const auditKeyPath = pathOf('audit_key');
  if (signingKey.path === auditKeyPath)
    throw invalid([document.problem(['audit_key'], 'must be another key than signing_key')]);
  const nonce =
    file.nonce === 'required'
      ? { path: pathOf('nonce_key'), shared: file.nonce_key !== undefined }
      : undefined;
  return { signingKey, publishedKeys: file.published_keys ?? [], auditKeyPath, nonce };
}

/** What the path of a key is that broker.yaml does not name. */
const suffixes = { signing_key: '.key.pem', audit_key: '.audit.pem', nonce_key: '.nonce.key' };

const whose = {
  signing_key: 'name the file of the key that all replicas share',
  audit_key: "name the file of this replica's own key",
  nonce_key: 'name the file of the key that all replicas share',
};
