import type { Identity } from '../../commands/whoami.ts';
import { columns } from '../columns.ts';
import { say } from '../say.ts';
import type { Command } from './command.ts';

export const whoami: Command = {
  name: 'whoami',
  text: 'Tell who this job is: the platform, what it says of the job, and the claims of its ID token',
  more: 'The ID token is asked for when `--audience` or `--broker-url` says for whom it is to be; it is read, sent nowhere and never shown.',
  usage: '[OPTIONS] [--json]',
  borrows: true,
  flags: [{ name: 'json', text: 'One JSON document in place of the text.' }],
  examples: [
    { words: 'whoami', text: 'the platform and its facts alone' },
    { words: 'whoami --broker-url https://broker.example.com', text: 'and what the broker would see' },
  ],
  does: {
    run: async (said, scene) => {
      const [{ configFromWords }, { attach }, { whoami: ask }] = await Promise.all([
        import('../../config/command-line.ts'),
        import('../attach.ts'),
        import('../../commands/whoami.ts'),
      ]);
      const identity = await ask(await configFromWords(said.options, scene.host), await attach(said, scene));
      const json = said.values('json').length > 0;
      say(scene.host.print, json ? `${JSON.stringify(identity, undefined, 2)}\n` : asText(identity));
      return 0;
    },
  },
};

function asText({ platform, facts, idToken }: Identity): string {
  const known = columns([['platform', platform], ...Object.entries(facts)]);
  if (idToken === undefined)
    return `${known}\nNo ID token was asked for: say for whom it is to be (\`--audience\` or \`--broker-url\`).\n`;
  const { issuer, audience, expiresAt, claims } = idToken;
  const rows = [
    ['issuer', issuer],
    ['audience', audience],
    ['ends', expiresAt],
    ...Object.entries(claims),
  ] as const;
  return `${known}\nID token\n${columns(rows.map(([name, value]) => [`  ${name}`, value]))}`;
}
