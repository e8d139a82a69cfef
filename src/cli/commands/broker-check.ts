import type { Command } from './command.ts';

export const brokerCheck: Command = {
  name: 'broker check',
  text: 'Find out whether a broker with these settings would start',
  more: 'Reads settings, policies with their examples, keys, and the secrets that roles name. Then the backend of each role, where it can be asked, is asked whether it would lend: nothing is minted or changed there. Nothing is written, no port and no store is opened. Needs Node 24 or later.',
  usage: '[--config FILE] [--offline] [--json]',
  flags: [
    {
      name: 'config',
      short: 'c',
      value: 'FILE',
      text: 'The broker’s settings; left out, broker.yaml.',
      completes: 'file',
    },
    { name: 'offline', text: 'Ask no backend: nothing goes over the network.' },
    { name: 'json', text: 'One JSON document in place of the text.' },
  ],
  examples: [{ words: 'broker check --config broker.yaml', text: 'before a restart' }],
  exits: {
    '0': 'the settings are sound',
    '64': 'they are not, or a backend would not lend: file, line and field are told',
  },
  does: { run: (said, { next }) => next.broker(said.words) },
};
