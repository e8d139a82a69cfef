import { stateFlag } from '../shared-flags.ts';
import type { Command } from './command.ts';

export const redact: Command = {
  name: 'redact',
  text: 'Pass a log through without what this job has to hide, in every rendering',
  more: 'Reads standard input and writes standard output; where descriptor 3 is open, it goes to standard error in the same way. What is hidden is what `login` has written down in the job’s private folder, and the values of the variables that are named. Ends with the input and no sooner, whatever signal comes. When it is not known what has to be hidden, nothing is shown.',
  usage: '[--state DIR] [--variable NAME]…',
  flags: [
    {
      name: 'variable',
      value: 'NAME',
      repeats: true,
      text: 'A variable whose value has to be hidden, too. May stand there several times.',
      completes: 'variable',
    },
    stateFlag,
  ],
  examples: [
    { words: 'redact --state "$DIR" <out 3<err', text: 'two named pipes to which a shell writes' },
    { words: 'redact --variable API_TOKEN', text: 'at the end of a pipe, for a secret that is not ours' },
  ],
  exits: { '0': 'all was passed through', '70': 'nothing, or not all, could be passed through' },
  does: {
    run: async (said, scene) => {
      const [{ attach }, { redact: passThrough }] = await Promise.all([
        import('../attach.ts'),
        import('../../commands/redact.ts'),
      ]);
      await passThrough(await attach(said, scene), said.values('variable'));
      return 0;
    },
  },
};
