import { createPublicKey } from 'node:crypto';
import { invalid } from '../../domain/yaml-document.ts';
import { readKeySet, type VerificationKey } from '../../protocol/jwks.ts';
import type { Operator } from '../domain/operator.ts';
import type { ResourceServer } from '../domain/resource-server.ts';
import type { KeyFile, SettingsFile } from '../domain/settings.ts';
import { readNamed, type Place } from './named-file.ts';

/** What a caller of /introspect or /approvals may sign its assertion with. */
export const callerAlgorithms = ['RS256', 'ES256', 'EdDSA'];

/** The resource servers and their keys. @throws CredsError `input-invalid` */
export async function readResourceServers(file: SettingsFile, place: Place): Promise<ResourceServer[]> {
  const servers: ResourceServer[] = [];
  for (const [index, entry] of (file.resource_servers ?? []).entries()) {
    const keys = await readKeys(entry, place, ['resource_servers', index]);
    servers.push({ id: entry.id, audience: entry.audience, keys });
  }
  return servers;
}

/** Who may approve, and their keys. @throws CredsError `input-invalid` */
export async function readOperators(file: SettingsFile, place: Place): Promise<Operator[]> {
  const operators: Operator[] = [];
  for (const [index, entry] of (file.operators ?? []).entries()) {
    const path = ['operators', index];
    // Each decision is written down under one name.
    if (operators.some(({ id }) => id === entry.id))
      throw invalid([place.document.problem([...path, 'id'], 'the same id stands here twice')]);
    const keys = await readKeys(entry, place, path);
    const twin = operators.find((other) => haveKeyInCommon(other.keys, keys));
    if (twin !== undefined)
      throw invalid([
        place.document.problem(
          path,
          `a key of ${twin.id} is this operator’s, too: whoever has it could agree twice`,
        ),
      ]);
    operators.push({ id: entry.id, keys });
  }
  return operators;
}

type Keys = Operator['keys'];

function haveKeyInCommon(one: Keys, other: Keys): boolean {
  return [...one.values()].some(({ key }) => [...other.values()].some((each) => each.key.equals(key)));
}

async function readKeys(
  entry: KeyFile,
  place: Place,
  at: readonly PropertyKey[],
): Promise<ReadonlyMap<string, VerificationKey>> {
  const field = entry.jwks === undefined ? 'public_key' : 'jwks';
  const path = [...at, field];
  const text = readNamed(place, path, entry[field] ?? '');
  try {
    const set = Buffer.from(field === 'jwks' ? text : pemToKeySet(text));
    return (await readKeySet(set, callerAlgorithms)).keys;
  } catch {
    const kid = field === 'jwks' ? 'each with a kid' : 'in PEM';
    throw invalid([
      place.document.problem(path, `no usable key in it; give an RSA, P-256 or Ed25519 public key, ${kid}`),
    ]);
  }
}

function pemToKeySet(pem: string): string {
  return JSON.stringify({ keys: [{ ...createPublicKey(pem).export({ format: 'jwk' }), kid: 'pem' }] });
}
