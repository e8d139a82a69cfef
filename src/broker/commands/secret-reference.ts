import { resolve } from 'node:path';
import { Secret } from '../../domain/secret.ts';
import type { BrokerHost } from '../domain/outside.ts';
import { attempt, maxFileBytes } from './named-file.ts';

/**
 * The secret that `env:NAME` or `file:PATH` means; of a file without the end of its last line.
 * @param refuse makes the error of what is wrong, a sentence without any secret
 */
export function readSecret(
  reference: string,
  { folder, host }: { readonly folder: string; readonly host: Pick<BrokerHost, 'env' | 'files'> },
  refuse: (what: string) => Error,
): Secret {
  const [scheme, ...rest] = reference.split(':');
  const name = rest.join(':');
  const read = (): string | undefined =>
    host.files.read(resolve(folder, name), maxFileBytes)?.replace(/\r?\n$/, '');
  const value =
    scheme === 'env'
      ? host.env[name]
      : attempt(read, (why) => refuse(`${reference} cannot be read (${why})`));
  if (value === undefined || value === '') throw refuse(`${reference} is not set`);
  return new Secret(value);
}
