import { CredsError } from '../domain/errors.ts';
import { awsProfile } from './aws-profile.ts';
import { env } from './env.ts';
import type { Exporter } from './exporter.ts';
import { outputs } from './outputs.ts';
import { ssh } from './ssh.ts';

export const exporters: readonly Exporter[] = [env, outputs, awsProfile, ssh];

/** @throws CredsError `input-invalid` for a name that is not in the registry */
export function findExporter(name: string): Exporter {
  const found = exporters.find((exporter) => exporter.name === name);
  if (found === undefined) {
    const known = ['auto', ...exporters.map((exporter) => exporter.name)]
      .map((each) => `\`${each}\``)
      .join(', ');
    throw new CredsError(
      'input-invalid',
      `The input \`export\` names no known exporter; there are ${known}.`,
    );
  }
  return found;
}
