import type { Command } from './command.ts';

export const policyCheck: Command = {
  name: 'policy check',
  text: 'Find out whether trust policies load: lints and examples',
  more: 'A PATH is a folder of policies, a single policy, or broker.yaml, which stands for all its policies. Issuers and roles are those of broker.yaml; no key, certificate or secret has to be there. Needs Node 24 or later.',
  usage: 'PATH… [--config FILE] [--json]',
  flags: [
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'broker.yaml, where issuers and roles stand; left out, the nearest one above the first PATH.',
      completes: 'file',
    },
    { name: 'json', text: 'One JSON document in place of the text.' },
  ],
  operands: { least: 1, most: Infinity, completes: 'file' },
  examples: [
    { words: 'policy check policies', text: 'a folder, in the pipeline that reviews it' },
    { words: 'policy check broker.yaml', text: 'all that the broker would load' },
  ],
  exits: {
    '0': 'they load; what the lints warn of is told',
    '64': 'they do not: every problem with file, line and field',
  },
  does: { run: (said, { next }) => next.policy(said.words) },
};
