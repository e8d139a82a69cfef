import type { PlainMap } from './change.ts';
import type { LentRole } from './fix.ts';
import { mapLines } from './written-yaml.ts';

/** A trust policy for the jobs that were rewritten, and what its owner has to look at. */
export interface WrittenPolicy {
  readonly id: string;
  readonly text: string;
  readonly notes: readonly string[];
}

interface Parts {
  readonly id: string;
  readonly issuer: string;
  readonly match: PlainMap;
  readonly roles: readonly LentRole[];
  readonly allow: PlainMap;
  readonly deny: readonly PlainMap[];
}

/** @param from whose policy it is, for a comment */
export function policyLines({ id, issuer, match, roles, allow, deny }: Parts, from: string): string {
  const head = `# Who may borrow ${roles.map(({ role }) => role).join(', ')}: ${from}.`;
  const lines = mapLines({
    apiVersion: 'ephemeral-creds/v1',
    kind: 'TrustPolicy',
    metadata: { id, owner: 'platform' },
    issuer,
    match,
    grants: roles.map(({ role, access }) => ({ role, access })),
    examples: { allow: [allow], deny },
  });
  return `${[oneLine(head), ...lines].join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ');
}
