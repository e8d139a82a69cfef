import { accessUsage, adminAccess, adminExits, reasonFlag, versionFlag } from '../admin-flags.ts';
import type { Command } from './command.ts';

export const secretDelete: Command = {
  name: 'secret delete',
  text: 'Destroy the data keys of a secret, for the broker’s operators',
  more: 'Of one version that is not lent, or of all: then the roles that lend it are refused. Nobody can open what was sealed under a destroyed key; at its origin the value lives on. Needs Node 24 or later.',
  usage: `NAME (--version-number N | --all) --reason TEXT ${accessUsage}`,
  flags: [
    versionFlag,
    { name: 'all', text: 'Every version, the one that is lent, too.' },
    reasonFlag,
    ...adminAccess,
  ],
  operands: { least: 1, most: 1 },
  examples: [
    {
      words: 'secret delete legacy-token --all --reason "jobs use OIDC now"',
      text: 'when nobody reads it any more',
    },
  ],
  exits: adminExits,
  does: { run: (said, { next }) => next.secret(said.words) },
};
