import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { CredsError } from '../domain/errors.ts';
import type { Files, HttpRequest } from '../domain/host.ts';
import type { Call } from './http.ts';

/** Absolute paths of PEM files. */
export interface IdentityPaths {
  /** Of the client first; behind it those of its chain. */
  readonly certificate: string;
  /** That belongs to the first certificate, not encrypted. */
  readonly key: string;
}

const longestFile = 64 * 1024;

/**
 * The same call, each request of which is made under a client certificate (RFC 8446 §4.4.2). The files are read for it
 * anew: the key is kept nowhere.
 * @param paths undefined: the call as it is
 * @throws CredsError as `readIdentity`
 */
export function underIdentity(call: Call, paths: IdentityPaths | undefined): Call {
  if (paths === undefined) return call;
  const { host } = call;
  const identity = readIdentity(paths, host.files);
  return { ...call, host: { ...host, send: (request) => host.send({ ...request, identity }) } };
}

/**
 * A client certificate, and its key as PKCS #8.
 * @throws CredsError `input-invalid`, naming the parameter; nothing of the files is in it
 */
export function readIdentity(
  { certificate, key }: IdentityPaths,
  files: Pick<Files, 'read'>,
): NonNullable<HttpRequest['identity']> {
  const chain = certificatesIn(textOf('client-certificate', certificate, files));
  const [own] = chain;
  if (own === undefined) throw bad('client-certificate', 'must name a PEM file with a certificate');
  const known = keyIn(textOf('client-key', key, files));
  if (!own.checkPrivateKey(known))
    throw bad('client-key', 'does not belong to the first certificate in `client-certificate`');
  return { cert: chain.join(''), key: known.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function textOf(name: string, path: string, files: Pick<Files, 'read'>): string {
  const text = files.read(path, longestFile);
  if (text === undefined) throw bad(name, 'must name a file that can be read and has 64 KiB at most');
  return text;
}

function certificatesIn(text: string): X509Certificate[] {
  const begin = '-----BEGIN CERTIFICATE-----';
  const found = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  try {
    // One that is damaged must not be passed over.
    if (found.length === text.split(begin).length - 1) return found.map((pem) => new X509Certificate(pem));
  } catch {
    // Said below, without the words of OpenSSL.
  }
  throw bad('client-certificate', 'holds a certificate that cannot be read');
}

function keyIn(text: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    throw bad('client-key', 'is encrypted, and nobody is there to type its passphrase');
  try {
    return createPrivateKey(text);
  } catch {
    throw bad('client-key', 'must name a PEM file with a private key');
  }
}

/** No cause: what OpenSSL says of a key stays untold. */
function bad(name: string, problem: string): CredsError {
  return new CredsError('input-invalid', `The input \`params: ${name}\` ${problem}.`);
}
