import type { SecretUse } from '../files/secret-use.ts';
import { isPromised } from './promised.ts';
import { identifiers, plainIdentifiers } from './identifiers.ts';
import { fits, recognises, type Certainty } from './recogniser.ts';
import type { CredentialRule } from './rule.ts';

/** What a reference is: a credential of a rule’s kind, something that is no secret, or nobody can tell. */
export type Decision = CredentialRule | 'no-secret' | 'unknown';

const certainties: readonly Certainty[] = ['taker', 'name', 'otherwise'];

/** Gives a reference to the first rule that knows it; what takes the value is asked before what it is called. */
export function decide(use: SecretUse, platform: string, rules: readonly CredentialRule[]): Decision {
  if (isPromised(use, platform)) return 'no-secret';
  for (const certainty of certainties) {
    // What a caller hands in, or a setting, is a secret only where nothing else is taken.
    if (use.origin !== 'secret' && use.origin !== 'variable' && certainty !== 'taker') break;
    if (certainty === 'name' && plainIdentifiers.some((each) => fits(each, use.secret))) return 'no-secret';
    const rule = rules.find(({ recognises: known }) => recognises(known, use, certainty));
    if (rule !== undefined) return rule;
    if (recognises(identifiers, use, certainty)) return 'no-secret';
  }
  return 'unknown';
}
