import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { decodeBase64url } from '../../../protocol/base64url.ts';
import { ParameterError, type EngineTools } from '../engine.ts';
import { GithubTrouble } from './trouble.ts';

const fewestBits = 2048;
const signatureOctets = { least: fewestBits / 8, most: 1024 };
const programLimits = { ms: 10_000, maxBytes: 8192 };

/** Signs with RS256 (RFC 7518 §3.3). @returns the signature in base64url @throws GithubTrouble */
export type SignInput = (input: string) => Promise<string>;

/** By the App's key, which is read again each time: a new one at its place serves from then on. */
export function keySigner(reference: string, secret: EngineTools['secret']): SignInput {
  return async (input) => {
    const signature = await promisify(sign)('sha256', Buffer.from(input), readKey(reference, secret));
    return signature.toString('base64url');
  };
}

/** @throws ParameterError when there is no usable key */
export function readKey(reference: string, secret: EngineTools['secret']): KeyObject {
  const key = tryReading(located(() => secret(reference)).reveal());
  if (key?.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < fewestBits)
    throw new ParameterError(
      'key',
      `${reference} is no RSA key of ${String(fewestBits)} bits or more in PEM, as GitHub gives it`,
    );
  return key;
}

function tryReading(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function located<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ParameterError ? new ParameterError('key', error.message) : error;
  }
}

/**
 * By a program: one that asks a KMS. It is run without a shell, reads what is to be signed from its standard input and
 * writes the signature in base64; a name with a slash counts from the folder of broker.yaml, any other is looked up in
 * PATH.
 */
export function programSigner(
  [name = '', ...words]: readonly string[],
  { folder, host }: Pick<EngineTools, 'folder' | 'host'>,
): SignInput {
  const program = name.includes('/') ? resolve(folder, name) : name;
  return async (input) => {
    const written = await host
      .run([program, ...words], { ...programLimits, input })
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : 'failed';
        throw new GithubTrouble(`the App’s JWT could not be signed: ${name} ${why}`, { undone: true });
      });
    const signature = readSignature(written);
    if (signature === undefined)
      throw new GithubTrouble(`the App’s JWT could not be signed: ${name} wrote no RSA signature in base64`, {
        undone: true,
      });
    return signature;
  };
}

/** Base64 with either alphabet, with line breaks and padding or without. */
function readSignature(written: string): string | undefined {
  const text = written.replace(/\s+/g, '').replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  const length = decodeBase64url(text)?.length ?? 0;
  return length >= signatureOctets.least && length <= signatureOctets.most ? text : undefined;
}
