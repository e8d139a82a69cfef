import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { isTrustText, readTrustRoot } from '../../../src/config/trust-root.ts';
import { realFiles } from '../../../src/entry/files.ts';
import { createAuthority } from '../../support/certificates.ts';
import { fc } from '../../support/property.ts';
import { failureOf } from '../../support/scan.ts';

const one = createAuthority('one').cert;
const two = createAuthority('two').cert;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const wrapped = (text: string): string => base64(text).replace(/.{76}/g, '$&\n');
const folder = mkdtempSync(join(tmpdir(), 'trust-root-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const read = (value: string): ReturnType<typeof readTrustRoot> => readTrustRoot(value, realFiles);

describe('a text', () => {
  test.each<readonly [string, string, string]>([
    ['as it is', one, one],
    ['of two authorities', `${one}${two}`, `${one}${two}`],
    ['with words between', `Issuer: CN = one\n${one}\n# and\n${two}`, `${one}${two}`],
    ['with the line ends of Windows', one.replaceAll('\n', '\r\n'), one],
    ['whose line ends have become spaces', one.replaceAll('\n', ' '), one],
    ['in Base64, as vault-action takes it', base64(one), one],
    ['in Base64 with line ends', wrapped(`${one}${two}`), `${one}${two}`],
    ['with words before it, in Base64', base64(`Issuer: CN = one\n${one}`), one],
  ])('%s is its certificates', (_, value, pem) => {
    expect(isTrustText(value)).toBe(true);
    expect(read(value)).toEqual({ source: pem, pem });
  });

  const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n';
  const damaged = one.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
  const cut = one.slice(0, -20);
  test.each<readonly [string, string, string]>([
    ['with a private key', `${one}${key}`, 'private key'],
    ['with a private key, in Base64', base64(`${one}${key}`), 'private key'],
    ['with a key of the old form', `${one}${key.replaceAll('PRIVATE', 'EC PRIVATE')}`, 'private key'],
    ['that is damaged', damaged, 'cannot be read'],
    ['that is damaged, beside a whole one', `${one}${damaged}`, 'cannot be read'],
    ['that is cut', cut, 'whole certificates'],
    ['that is cut, beside a whole one', `${one}${cut}`, 'whole certificates'],
    [
      'with a list of revocations',
      `${one}-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n`,
      'whole certificates',
    ],
    ['of more than 16 KiB', one.repeat(1 + 16_384 / one.length), '16 KiB'],
  ])('%s is refused', async (_, value, problem) => {
    const error = await failureOf(() => read(value));
    expect(error).toMatchObject({ code: 'input-invalid', exit: 64 });
    expect(error).toHaveProperty('message', expect.stringContaining(`\`ca-cert\``));
    expect(error).toHaveProperty('message', expect.stringContaining(problem));
    expect(String(error)).not.toContain('MC4CAQ');
  });
});

describe('a path', () => {
  test('is read, and stays in the entry as it is: post reads it again', () => {
    const path = join(folder, 'ca.pem');
    writeFileSync(path, `words\n${one}`);
    expect(read(path)).toEqual({ source: path, pem: `words\n${one}` });
  });

  test.each(['ca.pem', 'certs/ca', 'LS0tLS1CRUdJ', './ca.pem', base64('no certificate')])(
    'that is relative (%j) is refused, and the other forms are told',
    async (value) => {
      expect(isTrustText(value)).toBe(false);
      expect(String(await failureOf(() => read(value)))).toContain('absolute path, or the PEM text');
    },
  );

  test('is no text, however it is written', () => {
    expect(isTrustText(`/abc${base64(one)}`)).toBe(false);
    fc.assert(
      fc.property(fc.stringMatching(/^\/[A-Za-z0-9+/=._-]{0,200}$/), (path) => {
        expect(isTrustText(path)).toBe(false);
      }),
    );
  });
});
