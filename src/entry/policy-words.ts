import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PolicyDiffOrder } from '../broker/commands/diff-policies.ts';
import type { PolicyQuestion } from '../broker/commands/explain-policy.ts';
import { parseDuration } from '../domain/duration.ts';
import { read } from './broker-words.ts';

/** What follows `policy`; paths are absolute. */
export type PolicyWords =
  | {
      readonly verb: 'check';
      readonly paths: readonly [string, ...string[]];
      readonly config: string | undefined;
      readonly json: boolean;
    }
  | { readonly verb: 'explain'; readonly question: PolicyQuestion; readonly json: boolean }
  | { readonly verb: 'diff'; readonly order: PolicyDiffOrder; readonly json: boolean }
  | { readonly verb: 'import'; readonly file: string };

/** @returns undefined for anything that is none of these */
export function policyWords(argv: readonly string[]): PolicyWords | undefined {
  return read(() => {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', short: 'c' },
        json: { type: 'boolean', default: false },
        claims: { type: 'string' },
        role: { type: 'string' },
        ttl: { type: 'string' },
        address: { type: 'string' },
        'claims-from': { type: 'string', multiple: true, default: [] },
      },
      allowPositionals: true,
    });
    const [verb, ...words] = positionals;
    const config = values.config === undefined ? undefined : resolve(values.config);
    const { json } = values;
    const [first, second, ...others] = words.map((word) => resolve(word));
    if (verb === 'check' && first !== undefined)
      return { verb, paths: rest(first, second, others), config, json };
    if (verb === 'explain') {
      const { claims, role, ttl, address } = values;
      const ttlSeconds = ttl === undefined ? undefined : parseDuration(ttl);
      if (claims === undefined || role === undefined) return undefined;
      if (ttl !== undefined && ttlSeconds === undefined) return undefined;
      if (address !== undefined && isIP(address) === 0) return undefined;
      const settings = config ?? resolve('broker.yaml');
      const paths = first === undefined ? ([settings] as const) : rest(first, second, others);
      return { verb, question: { paths, config, claims: resolve(claims), role, ttlSeconds, address }, json };
    }
    const [log, ...logs] = values['claims-from'].map((name) => resolve(name));
    if (
      verb === 'diff' &&
      first !== undefined &&
      second !== undefined &&
      others.length === 0 &&
      log !== undefined
    )
      return { verb, order: { before: first, after: second, config, logs: [log, ...logs] }, json };
    if (verb === 'import' && words[0] === 'octo-sts' && second !== undefined && others.length === 0)
      return { verb, file: second };
    return undefined;
  });
}

function rest(first: string, second: string | undefined, others: readonly string[]): [string, ...string[]] {
  return [first, ...(second === undefined ? [] : [second]), ...others];
}
