import type { SecretUse } from '../files/secret-use.ts';
import { identifiers, plainIdentifiers } from './identifiers.ts';
import { isPromised } from './promised.ts';
import { fits, recognises, type Certainty } from './recogniser.ts';
import type { CredentialRule } from './rule.ts';

/** What a reference is: a credential of a rule’s kind, something that is no secret, or nobody can tell. */
export type Decision = CredentialRule | 'no-secret' | 'unknown';

/** Gives a reference to the first rule that knows it; what takes the value is asked before what it is called. */
export function decide(use: SecretUse, platform: string, rules: readonly CredentialRule[]): Decision {
  if (isPromised(use.secret, platform)) return 'no-secret';
  const ruleBy = (certainty: Certainty): CredentialRule | undefined =>
    rules.find(({ recognises: known }) => recognises(known, use, certainty));
  const taken = ruleBy('taker');
  if (taken !== undefined) return taken;
  if (recognises(identifiers, use, 'taker')) return 'no-secret';
  // What a caller hands in, or a setting, is a secret only where nothing else is taken.
  if (use.origin !== 'secret' && use.origin !== 'variable') return 'unknown';
  if (plainIdentifiers.some((each) => fits(each, use.secret))) return 'no-secret';
  const named = ruleBy('name');
  if (named === undefined && recognises(identifiers, use, 'name')) return 'no-secret';
  return ruleBy('command') ?? named ?? ruleBy('otherwise') ?? 'unknown';
}
