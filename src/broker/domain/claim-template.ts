import { z } from 'zod';
import { text } from '../../domain/yaml-values.ts';
import { member } from '../../protocol/json.ts';
import { denied } from './refusal.ts';
import type { VerifiedClaims } from './verified-claims.ts';

/** Text of a role in which claims of the job's ID token stand: `"repo-{{repository_id}}"`. */
export interface ClaimTemplate {
  /** Names of the claims that it takes. */
  readonly claims: readonly string[];
  /** @throws Refusal `access_denied` when the token lacks one: nothing is then minted */
  fill(from: Pick<VerifiedClaims, 'claims'>): string;
}

const place = /\{\{([A-Za-z_][A-Za-z0-9_.:/-]{0,127})\}\}/g;
const instead = 'write a claim as {{NAME}}, without spaces; braces stand for nothing else';

/** As it stands in broker.yaml. */
export const claimTemplate = text.transform((value, context): ClaimTemplate => {
  const claims = [...value.matchAll(place)].map(([, name = '']) => name);
  if (/[{}]/.test(value.replaceAll(place, ''))) {
    context.addIssue({ code: 'custom', message: instead });
    return z.NEVER;
  }
  return {
    claims,
    fill: ({ claims: told }) => value.replaceAll(place, (_, name: string) => valueOf(told, name)),
  };
});

function valueOf(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = member(claims, name);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw denied(new Error(`the role wants the claim ${name}, which the ID token does not have`));
}
