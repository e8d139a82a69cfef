import { parseDuration } from '../../domain/duration.ts';
import type { RevokeHow } from '../../commands/revoke-job.ts';
import { CredsError } from '../../domain/errors.ts';
import { say } from '../say.ts';
import { stateFlag } from '../shared-flags.ts';
import type { Command, Said } from './command.ts';

export const revoke: Command = {
  name: 'revoke',
  text: 'Give back what this job has borrowed, and remove what it left',
  more: 'By the job’s private folder alone, so that any shell of the job can do it: a trap, `after_script`, a hook. Once more is no error. What cannot be given back is told, with its end; that fails only a job that was started with `--fail-on-revoke-error`.',
  usage: '[--state DIR] [--lease-id ID]… [--timeout DURATION] [--drain DURATION] [--json]',
  flags: [
    {
      name: 'lease-id',
      value: 'ID',
      repeats: true,
      leftOut: 'to give back everything that this job has borrowed',
      text: 'Only what was borrowed together with this lease. May stand there several times.',
    },
    { name: 'timeout', value: 'DURATION', text: 'Time that all of it may take; left out, 20s.' },
    {
      name: 'drain',
      value: 'DURATION',
      text: 'When all is given back, wait for the job’s `redact` to let out what it holds, no longer than this.',
    },
    stateFlag,
    { name: 'json', text: 'What was given back, as one JSON document.' },
  ],
  examples: [
    { words: 'revoke', text: 'in `after_script` of a GitLab job' },
    { words: 'revoke --state "$DIR"', text: 'elsewhere: the folder that `login` was given' },
  ],
  exits: {
    '0': 'everything is given back, or has been told',
    '1': 'something lives on, and that was to fail; or another step has changed the job’s folder',
  },
  does: {
    run: async (said, scene) => {
      const [{ attach }, { revokeJob }] = await Promise.all([
        import('../attach.ts'),
        import('../../commands/revoke-job.ts'),
      ]);
      const report = await revokeJob(said.values('lease-id'), await attach(said, scene), durations(said));
      if (said.values('json').length > 0) say(scene.host.print, `${JSON.stringify(report, undefined, 2)}\n`);
      return 0;
    },
  },
};

function durations(said: Said): RevokeHow {
  const timeoutSeconds = duration('timeout', said);
  const drainSeconds = duration('drain', said);
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(drainSeconds === undefined ? {} : { drainSeconds }),
  };
}

function duration(flag: string, said: Said): number | undefined {
  const [text] = said.values(flag);
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new CredsError(
    'input-invalid',
    `The option \`--${flag}\` must be a duration such as \`20s\` or \`1m\`.`,
  );
}
