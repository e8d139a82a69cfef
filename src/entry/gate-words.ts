import { parseArgs } from 'node:util';

export const gateFormats = ['text', 'json', 'sarif'] as const;

/** What follows `gate` on the command line, whose grammar has found the words sound. */
export interface GateWords {
  readonly verb: 'check';
  readonly paths: readonly string[];
  readonly policy: string | undefined;
  readonly format: (typeof gateFormats)[number];
}

/** @returns undefined for anything else */
export function gateWords(argv: readonly string[]): GateWords | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { format: { type: 'string', default: 'text' }, policy: { type: 'string' } },
      allowPositionals: true,
    });
    const [verb, ...paths] = positionals;
    const format = gateFormats.find((each) => each === values.format);
    if (verb !== 'check' || format === undefined) return undefined;
    return { verb, paths: paths.length === 0 ? ['.'] : paths, format, policy: values.policy };
  } catch {
    return undefined;
  }
}
