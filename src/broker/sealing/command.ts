import { resolve } from 'node:path';
import { Secret } from '../../domain/secret.ts';
import { KeyTrouble, type KeySource } from './sealing-key.ts';

const limits = { ms: 30_000, maxBytes: 4096 };

/**
 * A key that a program writes to its standard output: one that asks a KMS. It is run without a shell; a name with a
 * slash counts from the folder of broker.yaml, any other is looked up in PATH.
 */
export const fromCommand: KeySource<readonly string[]> = async ([name = '', ...words], { folder, host }) => {
  const program = name.includes('/') ? resolve(folder, name) : name;
  try {
    return new Secret(await host.run([program, ...words], limits));
  } catch (error) {
    throw new KeyTrouble(`${name} ${error instanceof Error ? error.message : 'failed'}`);
  }
};
