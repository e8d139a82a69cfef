import { kindNames, outputsOf } from './samples.ts';

/** Outputs about the loan as a whole. */
export const aboutLoan: Readonly<Record<string, string>> = {
  credentials:
    'All credentials as JSON, by prefix or role; secret values are masked. Set with `export: outputs`.',
  'lease-ids': 'Ids of the leases, as a JSON array; `revoke/` takes it as it is.',
  'expires-at': 'When the earliest lease ends (RFC 3339, UTC).',
  'session-id': 'Id of the session at the broker, for its logs. Not set by providers without sessions.',
  'request-id': 'Id of the exchange, for the logs of whoever answered it.',
};

/** Every output of the action and its text: those about the loan, then one per field of every kind. */
export function outputTexts(): Record<string, string> {
  const users = new Map<string, { field: string; kinds: string[] }>();
  for (const kind of kindNames) {
    for (const name of Object.keys(outputsOf(kind))) {
      const user = users.get(name) ?? { field: name.replace(/^aws-/, '').replaceAll('-', '_'), kinds: [] };
      user.kinds.push(`\`${kind}\``);
      users.set(name, user);
    }
  }
  const fields = [...users].map(([name, { field, kinds }]) => [
    name,
    `The field \`${field}\` of ${kinds.join(', ')}.`,
  ]);
  return { ...aboutLoan, ...(Object.fromEntries(fields) as Record<string, string>) };
}
