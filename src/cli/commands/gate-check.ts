import type { Command } from './command.ts';

export const gateCheck: Command = {
  name: 'gate check',
  text: 'Find static secrets in pipeline files, and what to use instead',
  more: 'A PATH is a file, or a folder in which the files of all known platforms are looked for; left out, the folder in which it is started. Nothing is sent anywhere. Needs Node 24 or later.',
  usage: '[PATH…] [--format FORMAT] [--policy FILE] [--base REF]',
  flags: [
    {
      name: 'format',
      value: 'FORMAT',
      text: '`text` for a person, which is what it is when left out, `json`, or `sarif` for code scanning.',
      completes: ['text', 'json', 'sarif'],
    },
    {
      name: 'policy',
      value: 'FILE',
      text: 'Mode, waivers and what unknown secrets are; left out, .ephemeral-creds.yml, if it is there.',
      completes: 'file',
    },
    {
      name: 'base',
      value: 'REF',
      text: 'The branch that the change goes to, with whose policy file this one is compared; left out, the one that the platform names in a pull or merge request.',
    },
  ],
  operands: { least: 0, most: Infinity, completes: 'file' },
  examples: [
    { words: 'gate check', text: 'a repository, in its own pipeline' },
    { words: 'gate check .github/workflows/deploy.yml --format json', text: 'one file' },
  ],
  exits: {
    '0': 'nothing was found that stops the job',
    '1': 'something was',
    '2': 'the gate could not find out',
  },
  does: { run: (said, { next }) => next.gate(said.words) },
};
