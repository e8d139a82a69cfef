import type { Command } from './command.ts';

export const gateCatalogue: Command = {
  name: 'gate catalogue',
  text: 'List all static secrets in use, and how far the migration is',
  more: 'A PATH is a checkout, or a folder with checkouts in it; left out, the folder in which it is started. Each repository’s own .ephemeral-creds.yml counts. Holds no value of a secret, and sends nothing anywhere. Needs Node 24 or later.',
  usage: '[PATH…] [--format FORMAT] [--output FILE] [--since FILE] [--generated-at TIME]',
  flags: [
    {
      name: 'format',
      value: 'FORMAT',
      text: '`table`, which is what it is when left out, `json`, `markdown`, or `html`: a page that needs nothing else.',
      completes: ['table', 'json', 'markdown', 'html'],
    },
    {
      name: 'output',
      value: 'FILE',
      text: 'Where to write it, all or nothing; left out, it is printed.',
      completes: 'file',
    },
    {
      name: 'since',
      value: 'FILE',
      text: 'The JSON of an earlier run: what is new, gone and moved, and the progress.',
      completes: 'file',
    },
    {
      name: 'generated-at',
      value: 'TIME',
      text: 'The moment that it is of (RFC 3339); left out, SOURCE_DATE_EPOCH, or else now.',
    },
  ],
  operands: { least: 0, most: Infinity, completes: 'folder' },
  examples: [
    { words: 'gate catalogue ~/src', text: 'all checkouts in a folder' },
    {
      words: 'gate catalogue ~/src --since last.json --format html --output catalogue.html',
      text: 'a page for the team, with what has changed',
    },
  ],
  exits: {
    '0': 'no static secret is in use that would stop a job',
    '1': 'one is: `gate check` would stop a job in at least one of the repositories',
    '2': 'something could not be read: the catalogue is not complete',
  },
  does: { run: (said, { next }) => next.gate(said.words) },
};
