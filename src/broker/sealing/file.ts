import { resolve } from 'node:path';
import { Secret } from '../../domain/secret.ts';
import { KeyTrouble, type KeySource } from './sealing-key.ts';

const maxBytes = 4096;

/** A key in a file. */
export const fromFile: KeySource<string> = async (name, { folder, host }) => {
  const text = await Promise.resolve()
    .then(() => host.files.read(resolve(folder, name), maxBytes))
    .catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'it is too long';
      throw new KeyTrouble(`${name} cannot be read (${code})`);
    });
  if (text === undefined) throw new KeyTrouble(`there is no file ${name}`);
  return new Secret(text);
};
