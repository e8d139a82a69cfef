import { basename, dirname } from 'node:path';
import { CredsError } from '../../domain/errors.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { secretsWithValue, secretsWithValueIn } from '../store/valued-secrets.ts';
import { openDatabase } from './open-store.ts';
import type { Settings } from './settings.ts';

/**
 * Which of the secrets that broker.yaml names have a value in the store. Nothing is changed there.
 * @returns undefined where it cannot be told: no answer, another version's tables, or a broker that has it open
 */
export async function askStore(
  settings: Settings,
  host: BrokerHost,
  offline: boolean,
): Promise<ReadonlySet<string> | undefined> {
  const { store } = settings;
  try {
    if ('sqlite' in store) return inFile(store.sqlite, host);
    return offline ? undefined : await inPostgres(settings, host);
  } catch (error) {
    // A URL that is none has a line of its own.
    if (error instanceof CredsError) throw error;
    return undefined;
  }
}

function inFile(path: string, { files }: BrokerHost): ReadonlySet<string> | undefined {
  const beside = files.list(dirname(path)) ?? [];
  if (!beside.includes(basename(path))) return new Set();
  return beside.includes(`${basename(path)}-wal`) ? undefined : secretsWithValueIn(path);
}

async function inPostgres(settings: Settings, host: BrokerHost): Promise<ReadonlySet<string>> {
  const database = await openDatabase(settings, host);
  try {
    return await secretsWithValue(database);
  } finally {
    await database.close();
  }
}
