import { createPublicKey } from 'node:crypto';
import { invalid } from '../../domain/yaml-document.ts';
import { readKeySet } from '../../protocol/jwks.ts';
import type { ResourceServer } from '../domain/resource-server.ts';
import type { SettingsFile } from '../domain/settings.ts';
import { readNamed, type Place } from './named-file.ts';

/** What a caller of /introspect may sign its assertion with. */
export const callerAlgorithms = ['RS256', 'ES256', 'EdDSA'];

/** The resource servers and their keys. @throws CredsError `input-invalid` */
export async function readResourceServers(file: SettingsFile, place: Place): Promise<ResourceServer[]> {
  const servers: ResourceServer[] = [];
  for (const [index, entry] of (file.resource_servers ?? []).entries()) {
    const field = entry.jwks === undefined ? 'public_key' : 'jwks';
    const path = ['resource_servers', index, field];
    const text = readNamed(place, path, entry[field] ?? '');
    try {
      const { keys } = await readKeySet(
        Buffer.from(field === 'jwks' ? text : pemToKeySet(text)),
        callerAlgorithms,
      );
      servers.push({ id: entry.id, audience: entry.audience, keys });
    } catch {
      throw invalid([
        place.document.problem(
          path,
          `no usable key in it; give an RSA, P-256 or Ed25519 public key, ${field === 'jwks' ? 'each with a kid' : 'in PEM'}`,
        ),
      ]);
    }
  }
  return servers;
}

function pemToKeySet(pem: string): string {
  return JSON.stringify({ keys: [{ ...createPublicKey(pem).export({ format: 'jwk' }), kid: 'pem' }] });
}
