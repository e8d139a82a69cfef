import { CredsError } from '../domain/errors.ts';
import type { Return } from './way-back.ts';

/** By the names of registry.ts. `never`: nothing that it lends can ever be given back, and nothing is loaded. */
export const returns: Readonly<Record<string, 'never' | (() => Promise<Return>)>> = {
  broker: async () => (await import('./broker-return.ts')).brokerReturn,
  aws: 'never',
  azure: 'never',
  gcp: 'never',
  crates: async () => (await import('./crates-return.ts')).cratesReturn,
  npm: 'never',
  'octo-sts': async () => (await import('./octo-sts-return.ts')).octoStsReturn,
  pypi: 'never',
  vault: async () => (await import('./vault-return.ts')).vaultReturn,
  sts: async () => (await import('./sts-return.ts')).stsReturn,
};

/**
 * How to give back what a provider has lent; undefined where nothing can ever be given back.
 * @throws CredsError `input-invalid` for a name that is not in the registry
 */
export async function findReturn(name: string): Promise<Return | undefined> {
  const load = Object.hasOwn(returns, name) ? returns[name] : undefined;
  if (load === undefined)
    throw new CredsError('input-invalid', 'The input `provider` names no known provider.');
  return load === 'never' ? undefined : load();
}
