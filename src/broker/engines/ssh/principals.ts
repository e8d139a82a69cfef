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
  if (!fullMatch(/[A-Za-z_][A-Za-z0-9_.@:-]*[-.:@_](\$\{)[\s\S]*/, principal))
    return 'begin with a part of your own and a separator, as in ci-${repository_id}: a claim alone could be anybody’s name';
  return /\}(?![-.:@_])[^}]*\$\{/.test(principal)
    ? 'write a separator after each claim that another follows, as in ci-${repository_id}:${environment}: without, two jobs could have one name'
    : undefined;
}

/** Names of the claims in it. */
export function claimsIn(principal: string): string[] {
  return [...principal.matchAll(claim)].map(([, key = '']) => key);
}

/**
 * The principal for one job. A value that another follows does not hold the separator between them: what one job has
 * in two claims no other can have in another two.
 * @returns undefined when a claim is not there, or is not made of letters, digits and `_ . -` alone
 */
export function principalFor(
  principal: string,
  claims: Readonly<Record<string, unknown>>,
): string | undefined {
  const made = principal.replaceAll(claim, (whole, key: string, at: number) => {
    const value = Object.hasOwn(claims, key) ? claims[key] : undefined;
    const text = Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string' || !fullMatch(claimValue, text)) return unfit;
    const [separator = '', ...others] = principal.slice(at + whole.length);
    return others.includes('$') && text.includes(separator) ? unfit : text;
  });
  return fullMatch(name, made) ? made : undefined;
}
