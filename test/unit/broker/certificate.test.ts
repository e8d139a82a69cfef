import { X509Certificate } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { readCertificate } from '../../../src/broker/commands/certificate.ts';
import { readYaml } from '../../../src/domain/yaml-document.ts';
import { createAuthority } from '../../support/certificates.ts';

const [one, other] = [createAuthority('one').cert, createAuthority('other').cert];
const { cert, key } = createAuthority().issue();

/** What tells whether files hold what is in force already. */
function version(certificate: string, clientCa?: string): string | undefined {
  const read = () => ({ certificate, key, ...(clientCa !== undefined && { clientCa }) });
  const source = { field: ['tls'], read, urls: [] };
  return readCertificate({ document: readYaml('broker.yaml', 'tls: {}\n') }, source, new Date())?.version;
}

test('a certificate alone is known by its fingerprint', () => {
  const fingerprint = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
  expect(version(cert)).toBe(`sha256:${fingerprint}`);
  expect(version(`written by hand\n${cert}\n\n`)).toBe(`sha256:${fingerprint}`);
});

test('another chain, or one authority more or less, is another version', () => {
  const all = [
    version(cert),
    version(cert + one),
    version(cert + other),
    version(cert, one),
    version(cert + one, one),
    version(cert, one + other),
    version(cert, other),
  ];
  expect(new Set(all).size).toBe(all.length);
});
