import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Secret } from '../../../src/domain/secret.ts';
import { scramVerifier } from '../../../src/broker/engines/postgres/scram-verifier.ts';

// RFC 7677 §3: user `user`, password `pencil`.
const exchange = {
  salt: Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'),
  iterations: 4096,
  authMessage:
    'n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,' +
    's=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  clientProof: Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64'),
  serverSignature: '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
};

async function keys(password: string): Promise<{ stored: Buffer; server: Buffer }> {
  const { salt, iterations } = exchange;
  const verifier = await scramVerifier(new Secret(password), { salt, iterations });
  const [, stored = '', server = ''] =
    /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$(.+):(.+)$/.exec(verifier) ?? [];
  return { stored: Buffer.from(stored, 'base64'), server: Buffer.from(server, 'base64') };
}

test('the verifier takes the proof of RFC 7677’s client, and proves the server to it', async () => {
  const { stored, server } = await keys('pencil');
  const signature = createHmac('sha256', stored).update(exchange.authMessage).digest();
  const clientKey = exchange.clientProof.map((octet, index) => octet ^ (signature[index] ?? 0));
  expect(createHash('sha256').update(clientKey).digest()).toEqual(stored);
  expect(createHmac('sha256', server).update(exchange.authMessage).digest('base64')).toBe(
    exchange.serverSignature,
  );
});

test('another password has another verifier, and the same password never the same one twice', async () => {
  expect(await keys('pencil')).not.toEqual(await keys('pencils'));
  const [one, two] = [await scramVerifier(new Secret('pencil')), await scramVerifier(new Secret('pencil'))];
  expect(one).not.toBe(two);
});
