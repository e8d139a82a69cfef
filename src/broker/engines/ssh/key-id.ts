import type { Mint } from '../engine.ts';

/** sshd writes it into each line about a login. */
const longest = 512;

/**
 * What a host's log will say of a certificate: its lease, from which the audit log leads to all the rest, and whose it
 * is. What could end the quotation marks of the log, or its line, is not in it.
 */
export function keyIdOf({ backendName, role, policyId, job }: Mint): string {
  return `${backendName} role=${role} policy=${policyId} job=${job}`
    .replaceAll(/[^\u0021\u0023-\u005b\u005d-\u007e ]/g, '?')
    .slice(0, longest);
}
