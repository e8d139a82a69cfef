import { CredsError } from '../domain/errors.ts';
import type { Exporter } from './exporter.ts';

/** Each is loaded when it is asked for; `auto` asks in this order. */
export const exporters: Readonly<Record<string, () => Promise<Exporter>>> = {
  env: async () => (await import(/* webpackMode: "eager" */ './env.ts')).env,
  outputs: async () => (await import(/* webpackMode: "eager" */ './outputs.ts')).outputs,
  'aws-profile': async () => (await import('./aws-profile.ts')).awsProfile,
  'docker-config': async () => (await import('./docker-config.ts')).dockerConfig,
  file: async () => (await import('./file.ts')).file,
  'gcp-adc': async () => (await import('./gcp-adc.ts')).gcpAdc,
  'git-credential': async () => (await import('./git-credential.ts')).gitCredential,
  kubeconfig: async () => (await import('./kubeconfig.ts')).kubeconfig,
  netrc: async () => (await import('./netrc.ts')).netrc,
  npmrc: async () => (await import('./npmrc.ts')).npmrc,
  pgpass: async () => (await import('./pgpass.ts')).pgpass,
  pypirc: async () => (await import('./pypirc.ts')).pypirc,
  ssh: async () => (await import('./ssh.ts')).ssh,
};

/** @throws CredsError `input-invalid` for a name that is not in the registry */
export async function findExporter(name: string): Promise<Exporter> {
  const load = Object.hasOwn(exporters, name) ? exporters[name] : undefined;
  if (load !== undefined) return load();
  const known = ['auto', ...Object.keys(exporters)].map((each) => `\`${each}\``).join(', ');
  throw new CredsError('input-invalid', `The input \`export\` names no known exporter; there are ${known}.`);
}
