import type { CheckedRole, CheckReport } from '../../commands/check.ts';
import { formatDuration } from '../../domain/duration.ts';
import { columns } from '../columns.ts';
import { say } from '../say.ts';
import type { Command } from './command.ts';

export const check: Command = {
  name: 'check',
  text: 'Find out whether this job could borrow, without borrowing',
  more: 'Takes the options of `exec` and `login`. A broker is asked for its decision on each role (nothing is lent, and it stands in the audit log as a dry run); that a role needs an approval it tells, but not whether anybody will agree. Of other providers only the settings and the way there are tried: what they would grant cannot be asked without borrowing.',
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
  exits: {
    '0': 'every role would be lent, once it is approved where it has to be and `--approval-timeout` waits for that; or could not be asked about',
    '66': 'a role would be denied',
    '75': 'a role needs an approval, which `--approval-timeout` does not wait for; or try again later',
  },
  does: {
    run: async (said, scene) => {
      const [{ configFromWords }, { attach }, { check: ask }] = await Promise.all([
        import('../../config/command-line.ts'),
        import('../attach.ts'),
        import('../../commands/check.ts'),
      ]);
      const config = await configFromWords(said.options, scene.host);
      const report = await ask(config, await attach(said, scene));
      const waits = config.approvalTimeoutSeconds > 0;
      const json = said.values('json').length > 0;
      say(scene.host.print, json ? `${JSON.stringify(report, undefined, 2)}\n` : asText(report, waits));
      return exitOf(report, waits);
    },
  },
};

/** As borrowing would end, as far as the lender can tell. */
function exitOf({ roles }: CheckReport, waits: boolean): number {
  const has = (wanted: CheckedRole['decision']): boolean => roles.some(({ decision }) => decision === wanted);
  if (has('deny')) return 66;
  return has('needs-approval') && !waits ? 75 : 0;
}

function asText({ lender, provider, roles }: CheckReport, waits: boolean): string {
  const decided = roles.map((each): readonly [string, string] => {
    const id = each.requestId === undefined ? '' : ` (request id ${each.requestId})`;
    return [each.role, `${inWords(each)}${id}`];
  });
  if (provider !== 'broker')
    return `${lender} answers.\n${columns(decided)}What it would grant cannot be asked without borrowing.\n`;
  const pending = roles.some(({ decision }) => decision === 'needs-approval');
  return columns(decided) + (pending && !waits ? notWaiting : '');
}

const notWaiting =
  'Borrowing would fail at once: an approval is waited for only with `--approval-timeout`, `30m` for example.\n';

function inWords({ decision, approvalSeconds = 0 }: CheckedRole): string {
  switch (decision) {
    case 'allow':
      return 'would be lent';
    case 'needs-approval':
      return `would be lent ONCE APPROVED, within ${formatDuration(approvalSeconds)}`;
    case 'deny':
      return 'DENIED';
    case 'unknown':
      return 'unknown';
  }
}
