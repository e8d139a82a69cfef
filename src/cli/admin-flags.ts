import type { Flag } from './commands/command.ts';

/** How every command of operators reaches the admin listener. */
export const adminAccess: readonly Flag[] = [
  {
    name: 'admin-url',
    value: 'URL',
    text: 'Where the broker listens to operators: https, or http on this machine. Left out, EPHEMERAL_CREDS_ADMIN_URL.',
  },
  {
    name: 'certificate',
    value: 'FILE',
    text: 'The operator’s client certificate, in PEM. Goes with `--key`.',
    completes: 'file',
  },
  { name: 'key', value: 'FILE', text: 'Its private key, in PEM.', completes: 'file' },
  {
    name: 'token-file',
    value: 'FILE',
    text: 'The operator’s ID token, in place of a certificate. Left out, EPHEMERAL_CREDS_ADMIN_TOKEN holds it.',
    completes: 'file',
  },
  {
    name: 'ca',
    value: 'FILE',
    text: 'Authorities to trust besides the usual ones, in PEM.',
    completes: 'file',
  },
  { name: 'json', text: 'One JSON document in place of the text.' },
];

/** Which leases are meant: all that is named must hold. */
export const leaseSelectors: readonly Flag[] = [
  { name: 'repository', value: 'NAME', text: 'Of this repository or project, as its platform names it.' },
  { name: 'repository-id', value: 'ID', text: 'The same by its number, which no renaming changes.' },
  { name: 'actor', value: 'LOGIN', text: 'Of jobs that this login started.' },
  { name: 'commit', value: 'SHA', text: 'Of jobs of this commit, its whole id.' },
  { name: 'role', value: 'ROLE', text: 'Of this role.' },
  { name: 'policy', value: 'ID', text: 'Granted by this policy.' },
  { name: 'issuer', value: 'URL', text: 'Of jobs of this issuer.' },
  { name: 'since', value: 'TIME', text: 'Lent at `2026-11-20T12:00:00Z` or later, or within the last `2h`.' },
];

export const adminExits = {
  '65': 'the operator’s certificate or token was not accepted',
  '66': 'it is nobody’s, or this operator may not do that',
};

export const reasonFlag: Flag = {
  name: 'reason',
  value: 'TEXT',
  text: 'Why, for the broker’s audit log. One line.',
};

export const graceFlag: Flag = {
  name: 'grace',
  value: 'DURATION',
  text: 'How long the version of before is kept, so that it can be lent again: up to 30d. Left out, as broker.yaml says.',
};

export const versionFlag: Flag = {
  name: 'version-number',
  value: 'N',
  text: 'Which version, as `secret show` counts them.',
};

/** What stands behind the name in the usage. */
export const accessUsage = '[--admin-url URL] [--certificate FILE --key FILE | --token-file FILE]';
