import { invalid } from '../../domain/yaml-document.ts';
import {
  makeTokenSigner,
  readTokenKey,
  type TokenKey,
  type TokenSigner,
} from '../../protocol/token-signer.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { readNamed } from './named-file.ts';
import { openOwnKey } from './own-key.ts';
import type { Settings } from './settings.ts';

/**
 * Reads the signing key, which the first start makes, and those that are published beside it.
 * @throws CredsError `input-invalid`
 */
export async function openSigner(settings: Settings, host: BrokerHost): Promise<TokenSigner> {
  const { signingKey, publishedKeys, document } = settings;
  const wanted = {
    name: 'signing key',
    setting: 'signing_key',
    wanted: 'an Ed25519 or P-256 private key',
  };
  const others = await Promise.all(publishedKeys.map((_, index) => readPublished(settings, index, host)));
  const signer = await openOwnKey(host, { ...wanted, ...signingKey }, (pem) => makeTokenSigner(pem, others));
  const ids = signer.publicJwks.map(({ kid }) => kid);
  const again = ids.findIndex((kid, index) => ids.indexOf(kid) !== index);
  if (again > 0)
    throw invalid([
      document.problem(['published_keys', again - 1], 'signs here, or is named twice; name each key once'),
    ]);
  return signer;
}

async function readPublished(
  { publishedKeys, document, folder }: Settings,
  index: number,
  { files }: BrokerHost,
): Promise<TokenKey> {
  const field = ['published_keys', index];
  const pem = readNamed({ document, folder, files }, field, publishedKeys[index] ?? '');
  try {
    return await readTokenKey(pem);
  } catch {
    throw invalid([document.problem(field, 'no Ed25519 or P-256 key in PEM; its public half is enough')]);
  }
}
