import type { Command } from './command.ts';

/** The gate’s registry of reports has the same; it is in a bundle that the command line does not load. */
const formats = ['text', 'json', 'sarif', 'github', 'summary', 'gitlab-sast', 'code-quality'];

export const gateCheck: Command = {
  name: 'gate check',
  text: 'Find static secrets in pipeline files, and what to use instead',
  more: 'A PATH is a file, or a folder in which the files of all known platforms are looked for; left out, the folder in which it is started. Nothing is sent anywhere. Needs Node 24 or later.',
  usage: '[PATH…] [--format FORMAT] [--report FORMAT=FILE]… [--policy FILE] [--base REF]',
  flags: [
    {
      name: 'format',
      value: 'FORMAT',
      text: '`text` for a person, which is what it is when left out, `json`, `sarif` for code scanning, `github` for annotations, `summary` in Markdown, `gitlab-sast` or `code-quality` for merge requests of GitLab.',
      completes: formats,
    },
    {
      name: 'report',
      value: 'FORMAT=FILE',
      repeats: true,
      text: 'A file to write besides, whole or not at all.',
      completes: formats.map((each) => `${each}=`),
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
    {
      words: 'gate check --report sarif=gate.sarif --report summary=gate.md',
      text: 'what a person reads, and two files',
    },
  ],
  exits: {
    '0': 'nothing was found that stops the job',
    '1': 'something was',
    '2': 'the gate could not find out',
  },
  does: { run: (said, { next }) => next.gate(said.words) },
};
