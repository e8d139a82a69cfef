import { parseArgs } from 'node:util';
import type { FixPlan } from '../../commands/fix-gate.ts';
import { fixWish } from '../fix-wish.ts';
import type { GateEnd, GateVerb } from '../gate-verb.ts';
import { writableTree } from '../writable-tree.ts';

/** `gate fix`: 1 when there is something to do, 2 also when a file could not be read. */
export const fix: GateVerb = {
  usage: 'fix [PATH…] [--write] [--to broker|platform] [--broker-url URL] [--set NAME=VALUE]… [--pin SHA] …',
  read: (words) => {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: {
        write: { type: 'boolean', default: false },
        to: { type: 'string' },
        'broker-url': { type: 'string' },
        policies: { type: 'string', default: 'trust-policies' },
        prefix: { type: 'string', default: '' },
        'repository-id': { type: 'string' },
        'owner-id': { type: 'string' },
        'gitlab-url': { type: 'string' },
        branch: { type: 'string', default: 'main' },
        set: { type: 'string', multiple: true },
        action: { type: 'string', default: 'org/ephemeral-creds@v1' },
        pin: { type: 'string' },
        policy: { type: 'string' },
      },
      allowPositionals: true,
    });
    const paths = positionals.length === 0 ? ['.'] : positionals;
    const { policies, policy, write } = values;
    return async () => {
      const wish = fixWish(values);
      // No action runs it: a file of its own.
      const { planFixes, writeFixes } = await import('../../commands/fix-gate.ts');
      const plan = planFixes({ paths, wish, policies, policy }, writableTree);
      return end(plan, write ? writeFixes(plan, writableTree) : undefined);
    };
  },
};

/** @param written undefined for a dry run */
function end(
  { diff, files, handWork, unreadable }: FixPlan,
  written: readonly string[] | undefined,
): GateEnd {
  const out = written === undefined ? diff : written.map((path) => `written: ${path}\n`).join('');
  const problems = unreadable.map((line) => `${line}\n`).join('');
  const left = files.some((file) => file.left.length > 0) || (written === undefined && diff !== '');
  return { out: out + handWork, status: unreadable.length > 0 ? 2 : left ? 1 : 0, problems };
}
