import { CredsError } from '../domain/errors.ts';
import type { Provider } from './provider.ts';

/** Each is loaded when it is asked for: a job uses one. */
export const providers: Readonly<Record<string, () => Promise<Provider>>> = {
  broker: async () => (await import(/* webpackMode: "eager" */ './broker.ts')).broker,
  aws: async () => (await import('./aws.ts')).aws,
  azure: async () => (await import('./azure.ts')).azure,
  gcp: async () => (await import('./gcp.ts')).gcp,
  crates: async () => (await import('./crates.ts')).crates,
  npm: async () => (await import('./npm.ts')).npm,
  'octo-sts': async () => (await import('./octo-sts.ts')).octoSts,
  pypi: async () => (await import('./pypi.ts')).pypi,
  vault: async () => (await import('./vault.ts')).vault,
  sts: async () => (await import('./sts.ts')).sts,
};

/** @throws CredsError `input-invalid` for a name that is not in the registry */
export async function findProvider(name: string): Promise<Provider> {
  const load = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (load === undefined)
    throw new CredsError('input-invalid', 'The input `provider` names no known provider.');
  return load();
}
