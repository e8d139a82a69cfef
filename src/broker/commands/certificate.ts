import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { invalid } from '../../domain/yaml-document.ts';
import type { Settings } from './settings.ts';

/** Certificate and key of one listener, found sound, and whose certificates its callers may show. */
export interface OwnCertificate {
  /** PEM text. */
  readonly certificate: string;
  readonly key: string;
  /** PEM text of one or more authorities. */
  readonly clientCa?: string;
  /** For other names of the listener. */
  readonly others?: readonly Pick<AdminTls, 'certificate' | 'key'>[];
  /** `sha256:` and hexadecimal digits: its fingerprint, or that of it, its chain, the authorities and the others. */
  readonly version: string;
  readonly size: 1;
  readonly expiresAt: Date;
  /** What callers would not accept it for, one line each. */
  readonly warnings: readonly string[];
}

/** Whose certificate. */
export interface CertificateSource {
  /** Where it stands in broker.yaml. */
  readonly field: readonly string[];
  /** PEM texts as they are now; undefined: there is none. @throws CredsError `input-invalid` */
  readonly read: () => AdminTls | undefined;
  /** URLs by which it is called. */
  readonly urls: readonly string[];
}

type AdminTls = NonNullable<Settings['tls']> & { readonly clientCa?: string };

/** That of the listener of jobs. */
export function jobsCertificate({ readTls, publicUrls }: Settings): CertificateSource {
  return { field: ['tls'], read: readTls, urls: publicUrls };
}

/** That of the listener of operators, who call it by any name. */
export function adminCertificate({ admin }: Settings): CertificateSource {
  return { field: ['admin', 'tls'], read: () => admin?.readTls(), urls: [] };
}

/**
 * Reads certificate and key as they are now, and checks that one is of the other.
 * @returns undefined where the listener has no TLS of its own
 * @throws CredsError `input-invalid` at the field
 */
export function readCertificate(
  { document }: Pick<Settings, 'document'>,
  { field, read, urls }: CertificateSource,
  now: Date,
): OwnCertificate | undefined {
  const tls = read();
  if (tls === undefined) return undefined;
  const others = tls.others ?? [];
  const leaf = checkPair({ document }, field, tls);
  const further = others.map((pair, index) => checkPair({ document }, [...field, 'others', index], pair));
  const digest = createHash('sha256').update(leaf.raw).update(chainIn(tls.certificate));
  if (tls.clientCa !== undefined) digest.update(`authorities ${tls.clientCa}`);
  for (const { certificate } of others) digest.update(`other ${certificate}`);
  return {
    ...tls,
    version: `sha256:${digest.digest('hex')}`,
    size: 1,
    expiresAt: new Date(Math.min(...[leaf, ...further].map(({ validToDate }) => validToDate.getTime()))),
    warnings: warningsOn([leaf, ...further], urls, now),
  };
}

/** What a file has behind its first certificate; mostly nothing. */
function chainIn(pem: string): string {
  return pem.replace(/^[^]*?-----END [^-]*-----/, '').trim();
}

/** @throws CredsError `input-invalid` at the field, unless certificate and key are of one pair */
function checkPair(
  { document }: Pick<Settings, 'document'>,
  field: readonly PropertyKey[],
  { certificate, key }: Pick<AdminTls, 'certificate' | 'key'>,
): X509Certificate {
  try {
    const leaf = new X509Certificate(certificate);
    if (leaf.checkPrivateKey(createPrivateKey(key))) return leaf;
  } catch {
    // Told below.
  }
  throw invalid([document.problem(field, 'certificate and key do not serve: PEM, and of one pair')]);
}

function warningsOn(leaves: readonly X509Certificate[], urls: readonly string[], now: Date): string[] {
  const names = urls
    .map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))
    .filter((name) =>
      leaves.every((leaf) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) === undefined),
    );
  return [
    ...leaves.flatMap((leaf) => timeOf(leaf, now)),
    ...[...new Set(names)].map((name) => `the certificate is not for ${name}`),
  ];
}

function timeOf({ validFromDate: from, validToDate: to }: X509Certificate, now: Date): string[] {
  if (now < from) return [`the certificate is not valid before ${from.toISOString()}`];
  return now >= to ? [`the certificate has expired at ${to.toISOString()}`] : [];
}
