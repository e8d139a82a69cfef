import type { CheckReport } from '../../commands/check.ts';
import { columns } from '../columns.ts';
import { say } from '../say.ts';
import type { Command } from './command.ts';

export const check: Command = {
  name: 'check',
  text: 'Find out whether this job could borrow, without borrowing',
  more: 'Takes the options of `exec` and `login`. A broker is asked for its decision on each role (nothing is lent, and it stands in the audit log as a dry run); whether an approver will agree it cannot tell. Of other providers only the settings and the way there are tried: what they would grant cannot be asked without borrowing.',
  usage: '[OPTIONS] [--json]',
  borrows: true,
  flags: [{ name: 'json', text: 'One JSON document in place of the text.' }],
  examples: [
    { words: 'check --broker-url https://broker.example.com --role deploy', text: 'one role' },
    {
      words: 'check --broker-url https://broker.example.com --role deploy --role DB=app-ro --json',
      text: 'several, for a script',
    },
  ],
  exits: { '0': 'every role would be lent, or could not be asked about', '66': 'a role would be denied' },
  does: {
    run: async (said, scene) => {
      const [{ configFromWords }, { attach }, { check: ask }] = await Promise.all([
        import('../../config/command-line.ts'),
        import('../attach.ts'),
        import('../../commands/check.ts'),
      ]);
      const report = await ask(await configFromWords(said.options, scene.host), await attach(said, scene));
      const allowed = report.roles.every(({ decision }) => decision !== 'deny');
      const json = said.values('json').length > 0;
      say(scene.host.print, json ? `${JSON.stringify(report, undefined, 2)}\n` : asText(report));
      return allowed ? 0 : 66;
    },
  },
};

const words = { allow: 'would be lent', deny: 'DENIED', unknown: 'unknown' } as const;

function asText({ lender, provider, roles }: CheckReport): string {
  const decided = roles.map(({ role, decision, requestId }): readonly [string, string] => {
    const id = requestId === undefined ? '' : ` (request id ${requestId})`;
    return [role, `${words[decision]}${id}`];
  });
  if (provider === 'broker') return columns(decided);
  return `${lender} answers.\n${columns(decided)}What it would grant cannot be asked without borrowing.\n`;
}
