import { invalid } from '../../domain/yaml-document.ts';
import type { BrokerHost } from '../domain/outside.ts';
import type { SealingKeyEntry } from '../domain/sealing-file.ts';
import { keyOctets } from '../sealing/key-octets.ts';
import { keySources } from '../sealing/registry.ts';
import { makeSealer, type Sealer } from '../sealing/sealer.ts';
import { KeyTrouble, type KeyPlace, type SealingKey } from '../sealing/sealing-key.ts';
import type { Settings } from './settings.ts';

/**
 * Fetches every sealing key; a key that cannot be had stops the start, since leases may wait for it.
 * @throws CredsError `input-invalid` at the key
 */
export async function openSealer(settings: Settings, host: BrokerHost): Promise<Sealer> {
  const place: KeyPlace = { folder: settings.folder, host };
  const keys: SealingKey[] = [];
  for (const [index, entry] of settings.sealingKeys.entries())
    keys.push({ id: entry.id, octets: await fetchKey(settings, index, { entry, place }) });
  return makeSealer(keys);
}

async function fetchKey(
  { document }: Settings,
  index: number,
  { entry, place }: { readonly entry: SealingKeyEntry; readonly place: KeyPlace },
): Promise<Uint8Array> {
  const { file, env, command } = entry;
  const source = file !== undefined ? 'file' : env !== undefined ? 'env' : 'command';
  try {
    if (file !== undefined) return keyOctets(await keySources.file(file, place));
    if (env !== undefined) return keyOctets(await keySources.env(env, place));
    return keyOctets(await keySources.command(command ?? [], place));
  } catch (error) {
    if (!(error instanceof KeyTrouble)) throw error;
    throw invalid([
      document.problem(['sealing', 'keys', index, source], `the key ${entry.id}: ${error.message}`),
    ]);
  }
}
