import { generateKeyPairSync } from 'node:crypto';
import { CredsError } from '../../domain/errors.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { attempt, maxFileBytes } from './named-file.ts';

/** A private key of the broker's own: where it lies, and how messages call it. */
export interface OwnKey {
  readonly path: string;
  /** `signing key` */
  readonly name: string;
  /** The setting that says where it lies. */
  readonly setting: string;
  /** `an Ed25519 or P-256 private key` */
  readonly wanted: string;
  /** It is the operator's, the same for all replicas: none is made, since each would make its own. */
  readonly shared?: boolean;
}

/**
 * Reads a key of the broker's own; the first start makes one (Ed25519, 0600), unless replicas share it.
 * @param make makes of PEM text what is wanted; rejects when it is another key
 * @throws CredsError `input-invalid`
 */
export async function openOwnKey<T>(
  host: BrokerHost,
  key: OwnKey,
  make: (pem: string) => T | Promise<T>,
): Promise<T> {
  const { path, name, setting, wanted } = key;
  const pem = attempt(
    () => host.files.read(path, maxFileBytes) ?? (key.shared === true ? undefined : newKey(host, path)),
    (why) =>
      new CredsError('input-invalid', `The ${name} ${path} cannot be read or made (${why}).`, {
        hint: `Check that its folder exists and that the broker may read and write there; without \`${setting}\` it lies beside the store.`,
      }),
  );
  if (pem === undefined)
    throw new CredsError('input-invalid', `There is no ${name} ${path}.`, {
      hint: 'Make one with `openssl genpkey -algorithm ed25519`, readable by the broker alone, and give the same to every replica.',
    });
  try {
    return await make(pem);
  } catch (cause) {
    throw new CredsError('input-invalid', `The ${name} ${path} is not ${wanted} in PEM.`, {
      cause,
      hint: `Make one with \`openssl genpkey -algorithm ed25519\`, or leave \`${setting}\` out and the broker makes its own.`,
    });
  }
}

function newKey(host: BrokerHost, path: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  host.files.create(path, pem);
  return pem;
}
