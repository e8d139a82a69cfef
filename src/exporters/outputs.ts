// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter
import type { Credential } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import type { Exporter, Lent } from './exporter.ts';
import { fieldsOf, onceEach } from './fields.ts';

/** Outputs of this step: a credential goes only where the workflow hands it. */
export const outputs: Exporter = {
  name: 'outputs',
  takes: () => false,
  check: (settings) => {
    if (Object.keys(settings).length > 0) {
      throw new CredsError('input-invalid', 'The input `export` gives `outputs` a setting; it has none.');
    }
  },
  pack: (loans) => {
    const [only] = loans;
    const single = loans.length === 1 && only !== undefined ? fieldOutputs(only) : {};
    return { outputs: { ...single, credentials: JSON.stringify(byKey(loans)) } };
  },
};

/** One output a field: `token`, `aws-access-key-id`. */
function fieldOutputs({ credential }: Lent): Record<string, string> {
  if (credential.kind === 'fields') return {};
  const family = credential.kind === 'aws-session' ? 'aws-' : '';
  return onceEach(fieldsOf(credential).map(([field, value]) => [outputName(family + field), value]));
}

/** `accessKeyId` → `access-key-id`. */
function outputName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

type Shown = Record<string, unknown>;

/** By prefix or role; by the credential's own name below that where a role lends several. */
function byKey(loans: readonly Lent[]): Shown {
  const leases = [...new Set(loans.map(({ lease }) => lease))];
  const entries = leases.map((lease): [string, Shown] => {
    const mine = loans
      .filter((lent) => lent.lease === lease)
      .map(({ credential }): [string, Shown] => [credential.name, shown(credential)]);
    const [only] = mine;
    return [
      lease.prefix ?? lease.role,
      lease.credentials.length === 1 && only !== undefined ? only[1] : onceEach(mine),
    ];
  });
  return onceEach(entries);
}

/** The fields of a kind by the names of their outputs; free ones by the names that somebody gave them. */
function shown(credential: Credential): Shown {
  const fields = fieldsOf(credential);
  if (credential.kind === 'fields') return Object.fromEntries(fields);
  return Object.fromEntries(fields.map(([name, value]) => [outputName(name), value]));
}
