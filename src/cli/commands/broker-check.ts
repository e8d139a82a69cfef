import type { Command } from './command.ts';

export const brokerCheck: Command = {
  name: 'broker check',
  text: 'Find out whether a broker with these settings would start',
  more: 'Reads settings, policies with their examples, keys, and the secrets that roles name. Nothing is written, no port and no store is opened and nobody is asked over the network. Needs Node 24 or later.',
  usage: '[--config FILE] [--json]',
  flags: [
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'The broker’s settings; left out, broker.yaml.',
      completes: 'file',
    },
    { name: 'json', text: 'One JSON document in place of the text.' },
  ],
  examples: [{ words: 'broker check --config broker.yaml', text: 'before a restart' }],
  exits: { '0': 'the settings are sound', '64': 'they are not: file, line and field are told' },
  does: { run: (said, { next }) => next.broker(said.words) },
};
