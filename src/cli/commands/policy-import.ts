import type { Command } from './command.ts';

export const policyImport: Command = {
  name: 'policy import',
  text: 'Write a trust policy of octo-sts as one of this broker',
  more: 'What theirs says by a pattern, and what only a person knows, is left as a gap (`???`) with which the policy does not load. Needs Node 24 or later.',
  usage: 'octo-sts FILE',
  operands: { least: 2, most: 2, completes: 'file' },
  examples: [
    { words: 'policy import octo-sts .github/chainguard/ci.sts.yaml > policies/ci.yaml', text: 'one policy' },
  ],
  does: { run: (said, { next }) => next.policy(said.words) },
};
