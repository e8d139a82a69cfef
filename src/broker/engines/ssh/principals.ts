import { fullMatch } from '../../../domain/pattern.ts';

/** A name as hosts have accounts and AuthorizedPrincipalsFile has lines. */
const name = /[A-Za-z_][A-Za-z0-9_.@:-]{0,127}/;
const claimValue = /[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/;
/** Stands in no name. */
const unfit = ' ';
const claim = /\$\{([A-Za-z0-9_]{1,64})\}/g;

/**
 * What is wrong with a principal as broker.yaml has it, as a sentence that says what to write.
 *
 * Before a claim stands a part of the operator's that ends in a separator: no claim alone makes a name such as `root`.
 */
export function principalProblem(principal: string): string | undefined {
  if (fullMatch(name, principal)) return undefined;
  if (!fullMatch(name, principal.replaceAll(claim, 'x')))
    return 'write a name of letters, digits and _ . @ : -, with claims as ${repository_id}';
  return fullMatch(/[A-Za-z_][A-Za-z0-9_.@-]*[-.:@_](\$\{)[\s\S]*/, principal)
    ? undefined
    : 'begin with a part of your own and a separator, as in ci-${repository_id}: a claim alone could be anybody’s name';
}

/**
 * The principal for one job.
 * @returns undefined when a claim is not there, or is not made of letters, digits and `_ . -` alone
 */
export function principalFor(
  principal: string,
  claims: Readonly<Record<string, unknown>>,
): string | undefined {
  const made = principal.replaceAll(claim, (_, key: string) => {
    const value = Object.hasOwn(claims, key) ? claims[key] : undefined;
    const text = Number.isSafeInteger(value) ? String(value) : value;
    return typeof text === 'string' && fullMatch(claimValue, text) ? text : unfit;
  });
  return fullMatch(name, made) ? made : undefined;
}
