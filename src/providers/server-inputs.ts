import { refuseInput, serverUrl } from './input.ts';
import { readText, refuseParam } from './param-values.ts';
import type { Wish } from './provider.ts';

/**
 * The base URL of the server under a name of `params`.
 * @param example of one, for who has left it out
 * @throws CredsError `input-invalid`
 */
export function urlParam(wish: Wish, name: string, example: string): string {
  const text = readText(wish.params, name);
  if (text === undefined) throw refuseParam(name, `is required, as in \`${name}: ${example}\``);
  return serverUrl(`params: ${name}`, text, wish.params['allow-ip'] === true);
}

/** Inputs that not every provider has, by their names in a wish. */
const optional = {
  brokerUrl: 'broker-url',
  region: 'region',
  ttlSeconds: 'ttl',
  expectAccounts: 'expect-account',
} as const;

/**
 * Refuses inputs that mean nothing to this provider.
 * @param instead by the input's name: what to do instead; an input that is absent here is the provider's own
 * @throws CredsError `input-invalid`
 */
export function refuseForeign(
  wish: Wish,
  provider: string,
  instead: Readonly<Partial<Record<(typeof optional)[keyof typeof optional], string>>>,
): void {
  for (const name of Object.keys(optional) as (keyof typeof optional)[]) {
    const hint = instead[optional[name]];
    if (wish[name] !== undefined && hint !== undefined)
      throw refuseInput(optional[name], `means nothing to \`provider: ${provider}\`: ${hint}`);
  }
}
