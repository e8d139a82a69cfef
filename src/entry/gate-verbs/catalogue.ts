import { parseArgs } from 'node:util';
import type { GateVerb } from '../gate-verb.ts';

/** `gate catalogue`: no action runs it, so that all of it lies beside the bundle. */
export const catalogue: GateVerb = {
  usage:
    'catalogue [PATH…] [--format table|json|markdown|html] [--output FILE] [--since FILE] [--generated-at TIME]',
  read: (words) => {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        format: { type: 'string', default: 'table' },
        output: { type: 'string' },
        since: { type: 'string' },
        'generated-at': { type: 'string' },
      },
      allowPositionals: true,
    });
    const paths = positionals.length === 0 ? ['.'] : positionals;
    const { format, output, since } = values;
    return async () => {
      const { tellCatalogue } = await import('../gate-catalogue.ts');
      return tellCatalogue({ paths, format, output, since, generatedAt: values['generated-at'] });
    };
  },
};
