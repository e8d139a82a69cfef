import type { SecretUse } from '../files/secret-use.ts';
import {
  identifiers,
  knownIdentifiers,
  plainCredentials,
  plainIdentifiers,
  secretPlaces,
} from './identifiers.ts';
import { isPromised } from './promised.ts';
import { fits, recognises, withoutStage, type Certainty } from './recogniser.ts';
import type { CredentialRule } from './rule.ts';

/** What a reference is: a credential of a rule’s kind, something that is no secret, or nobody can tell. */
export type Decision = CredentialRule | 'no-secret' | 'unknown';

/** Gives a reference to the first rule that knows it; what takes the value is asked before what it is called. */
export function decide(use: SecretUse, platform: string, rules: readonly CredentialRule[]): Decision {
  if (isPromised(use.secret, platform)) return 'no-secret';
  if (
    (isCalled(use, knownIdentifiers) && !isPutAsSecret(use)) ||
    (isPiece(use) && isCalled(use, plainIdentifiers))
  )
    return 'no-secret';
  const ruleBy = (certainty: Certainty): CredentialRule | undefined =>
    rules.find(({ recognises: known }) => recognises(known, use, certainty));
  const taken = ruleBy('taker');
  if (taken !== undefined) return taken;
  if (recognises(identifiers, use, 'taker') && !isCalled(use, plainCredentials)) return 'no-secret';
  // What a caller hands in, or a setting, is a secret only where nothing else is taken.
  if (use.origin !== 'secret' && use.origin !== 'variable') return 'unknown';
  if (isCalled(use, plainIdentifiers)) return 'no-secret';
  const named = ruleBy('name');
  if (named === undefined && recognises(identifiers, use, 'name')) return 'no-secret';
  return ruleBy('command') ?? named ?? ruleBy('otherwise') ?? 'unknown';
}

function isCalled({ secret }: SecretUse, names: readonly RegExp[]): boolean {
  const name = withoutStage(secret.replaceAll('-', '_'));
  return names.some((each) => fits(each, name));
}

/** A name does not make an identifier of what a tool takes as its password. */
function isPutAsSecret({ takers }: SecretUse): boolean {
  return takers.some((taker) => {
    if (taker.by === 'input') return secretPlaces.some((each) => fits(each, taker.input));
    return taker.by === 'command' &&
      /^(docker|podman|skopeo|helm registry|oras|az) login/.test(taker.command.line)
      ? /^(-p|--password)$/.test(taker.option ?? '')
      : taker.by === 'variable' && /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/.test(taker.name);
  });
}

/** It stands beside others in one value, `postgres://USER:PASSWORD@HOST`: what takes the whole says nothing of it. */
function isPiece({ piece, takers }: SecretUse): boolean {
  const words = takers.flatMap((each) => (each.by === 'command' ? (each.word ?? []) : []));
  return piece === true || words.some((word) => (word.match(/\$\{\{|\$\{?\w/g) ?? []).length > 1);
}
