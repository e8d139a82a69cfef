import type { Command } from './command.ts';

export const gateFix: Command = {
  name: 'gate fix',
  text: 'Rewrite workflows so that they borrow in place of keeping a secret',
  more: 'Shows the diff, the trust policies that the broker needs, and what is left to do by hand; `--write` writes it. Only what is certain is rewritten. Nothing is sent anywhere. Needs Node 24 or later.',
  usage: '[PATH…] [--write] [--to broker|platform] [OPTIONS]',
  flags: [
    { name: 'write', text: 'Write the files. What has changed meanwhile, and links, are not touched.' },
    {
      name: 'to',
      value: 'TARGET',
      text: '`platform`: clouds and registries take the job’s ID token themselves. `broker`: your broker lends. Left out: `broker` where `--broker-url` stands, else `platform`.',
      completes: ['broker', 'platform'],
    },
    { name: 'broker-url', value: 'URL', text: 'The broker’s address; it is written into the file.' },
    {
      name: 'set',
      value: 'NAME=VALUE',
      repeats: true,
      text: 'Writes a value where else a variable of the repository is read: `AWS_ROLE_ARN=arn:…`.',
    },
    { name: 'pin', value: 'SHA', text: 'Names the action by this commit.' },
    {
      name: 'action',
      value: 'NAME',
      text: 'Another name of the action; left out, `org/ephemeral-creds@v1`.',
    },
    {
      name: 'repository-id',
      value: 'ID',
      text: 'For the trust policy: the number of the repository or project. Left out, `policy check` refuses the policy until it is there.',
    },
    { name: 'owner-id', value: 'ID', text: 'The same of its owner or namespace.' },
    {
      name: 'branch',
      value: 'NAME',
      text: 'The branch of jobs that run by hand or by the clock; left out, `main`.',
    },
    {
      name: 'prefix',
      value: 'TEXT',
      text: 'Stands before the names of roles and policies: several repositories share a broker.',
    },
    {
      name: 'policies',
      value: 'FOLDER',
      text: 'Where the trust policies are put; left out, `trust-policies`.',
      completes: 'folder',
    },
    {
      name: 'gitlab-url',
      value: 'URL',
      text: 'The address of your GitLab, for its policies; left out, that of gitlab.com.',
    },
    {
      name: 'policy',
      value: 'FILE',
      text: 'What unknown secrets are, as `gate check` takes it; left out, .ephemeral-creds.yml, if it is there.',
      completes: 'file',
    },
  ],
  operands: { least: 0, most: Infinity, completes: 'file' },
  examples: [
    { words: 'gate fix', text: 'what would change, without a broker' },
    { words: 'gate fix --broker-url https://broker.example.com --write', text: 'with a broker, written' },
  ],
  exits: {
    '0': 'there is nothing to do, or all of it was written',
    '1': 'there is something to rewrite, or to do by hand',
    '2': 'a file could not be read or written',
  },
  does: { run: (said, { next }) => next.gate(said.words) },
};
