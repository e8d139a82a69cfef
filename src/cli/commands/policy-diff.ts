import type { Command } from './command.ts';

export const policyDiff: Command = {
  name: 'policy diff',
  text: 'Tell which past decisions other trust policies would change',
  more: 'OLD and NEW are folders of policies, single policies, or broker.yaml. Every decision of the audit log is taken again with both, by its claims and for the role’s own lifetime; limits and what roles ask besides are left out. Needs Node 24 or later.',
  usage: 'OLD NEW --claims-from FILE… [--config FILE] [--json]',
  flags: [
    {
      name: 'claims-from',
      value: 'FILE',
      repeats: true,
      text: 'A file of the broker’s audit log; may be written several times.',
      completes: 'file',
    },
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'broker.yaml of both; left out, the nearest one above each.',
      completes: 'file',
    },
    { name: 'json', text: 'One JSON document in place of the text.' },
  ],
  operands: { least: 2, most: 2, completes: 'file' },
  examples: [
    {
      words: 'policy diff policies policies.new --claims-from audit.jsonl',
      text: 'before a change goes out',
    },
  ],
  exits: { '0': 'none', '1': 'some' },
  does: { run: (said, { next }) => next.policy(said.words) },
};
