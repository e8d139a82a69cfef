import type { Command } from './command.ts';

export const auditVerify: Command = {
  name: 'audit verify',
  text: 'Check that a broker’s audit log is as it was written',
  more: 'Several files are one log, oldest part first. Needs Node 24 or later.',
  usage: 'FILE… [--jwks FILE] [--allow-gaps] [--json]',
  flags: [
    {
      name: 'jwks',
      value: 'FILE',
      text: 'The keys that the broker publishes (/.well-known/jwks.json).',
      completes: 'file',
    },
    { name: 'allow-gaps', text: 'The log’s beginning may be missing (rotated away).' },
    { name: 'json', text: 'The report as JSON.' },
  ],
  operands: { least: 1, most: Infinity, completes: 'file' },
  examples: [
    { words: 'audit verify audit.jsonl --jwks jwks.json', text: 'with the broker’s published keys' },
  ],
  exits: { '0': 'the log is as it was written', '1': 'it is not' },
  does: { run: (said, { next }) => next.audit(said.words) },
};
