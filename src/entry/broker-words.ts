import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { VerifyOptions } from '../broker/commands/verify-audit.ts';
import { CredsError } from '../domain/errors.ts';

// What the command line hands on to this bundle: its own grammar has found the words sound, so that nothing more is
// said here of what is wrong with them.

export interface BrokerWords {
  readonly verb: 'run' | 'check';
  /** Absolute. */
  readonly config: string;
  readonly json: boolean;
  /** Backends are not asked. */
  readonly offline: boolean;
}

/** `run [--config FILE]`, `check [--config FILE] [--offline] [--json]`. @returns undefined for anything else */
export function brokerWords(argv: readonly string[]): BrokerWords | undefined {
  return read(() => {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', short: 'c', default: 'broker.yaml' },
        json: { type: 'boolean', default: false },
        offline: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [verb, ...others] = positionals;
    if (
      others.length > 0 ||
      (verb !== 'run' && verb !== 'check') ||
      (verb === 'run' && (values.json || values.offline))
    )
      return undefined;
    return { verb, config: resolve(values.config), json: values.json, offline: values.offline };
  });
}

export interface AuditWords {
  readonly options: VerifyOptions;
  readonly json: boolean;
}

/** `verify FILE… [--jwks FILE] [--allow-gaps] [--json]`. @returns undefined for anything else */
export function auditWords(argv: readonly string[]): AuditWords | undefined {
  return read(() => {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        jwks: { type: 'string' },
        'allow-gaps': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [verb, first, ...others] = positionals;
    if (verb !== 'verify' || first === undefined) return undefined;
    const { jwks, json, 'allow-gaps': allowGaps } = values;
    const key = jwks === undefined ? {} : { jwks: resolve(jwks) };
    const files = [resolve(first), ...others.map((name) => resolve(name))] as const;
    return { options: { files, allowGaps, ...key }, json };
  });
}

/** Undefined where the words are not what they are read as. */
export function read<T>(words: () => T | undefined): T | undefined {
  try {
    return words();
  } catch (error) {
    // It says itself what is missing.
    if (error instanceof CredsError) throw error;
    return undefined;
  }
}
