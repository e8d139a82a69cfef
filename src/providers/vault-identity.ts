import { isAbsolute } from 'node:path';
import type { Debt } from '../domain/intent.ts';
import type { IdentityPaths } from '../protocol/client-identity.ts';
import { readText, refuseParam, type Params } from './param-values.ts';

const names = { certificate: 'client-certificate', key: 'client-key' } as const;

/**
 * Where the client certificate lies that a server demands besides the ID token; undefined: it demands none.
 * @param base URL of the server
 * @throws CredsError `input-invalid`
 */
export function readIdentityPaths(params: Params, base: string): IdentityPaths | undefined {
  const certificate = readPath(params, names.certificate);
  const key = readPath(params, names.key);
  if (certificate === undefined && key === undefined) return undefined;
  if (key === undefined) throw refuseParam(names.certificate, 'needs `client-key` beside it');
  if (certificate === undefined) throw refuseParam(names.key, 'needs `client-certificate` beside it');
  if (!base.startsWith('https:'))
    throw refuseParam(names.certificate, 'means nothing to a server that does not speak TLS');
  return { certificate, key };
}

function readPath(params: Params, name: string): string | undefined {
  const path = readText(params, name);
  if (path !== undefined && !isAbsolute(path))
    throw refuseParam(name, 'must be the absolute path of a PEM file');
  return path;
}

/** As the ledger keeps it: where the files lie, and nothing of what is in them. */
export function identityForLedger(paths: IdentityPaths | undefined): Debt {
  return paths === undefined ? {} : { clientCertificate: paths.certificate, clientKey: paths.key };
}
