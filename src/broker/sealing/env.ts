import { Secret } from '../../domain/secret.ts';
import { KeyTrouble, type KeySource } from './sealing-key.ts';

/** A key in a variable of the environment. */
export const fromEnv: KeySource<string> = (name, { host }) => {
  const value = host.env[name];
  if (value === undefined || value === '')
    return Promise.reject(new KeyTrouble(`the variable ${name} is not set`));
  return Promise.resolve(new Secret(value));
};
