// The crate registry’s documentation, "Trusted Publishing"; rust-lang/crates.io, src/controllers/trustpub/tokens
import type { HttpAnswer } from '../domain/host.ts';
import { isObject, member } from '../protocol/json.ts';
import { onlyParams, refuseInput, refuseKey } from './input.ts';
import { cratesPath as path } from './crates-return.ts';
import { after, oneToken } from './one-token.ts';
import type { Exchange, Provider, Wish } from './provider.ts';
import { jsonOf, type Meaning } from './server-answer.ts';
import { refuseForeign, urlParam } from './server-inputs.ts';

const tokenSeconds = 1800;

/** A crate registry with trusted publishers: a token of half an hour, given back in post. */
export const crates: Provider = { name: 'crates', configure };

function configure(wish: Wish): Exchange {
  refuseKey(wish);
  onlyParams(wish.params, ['url', 'allow-ip']);
  refuseForeign(wish, 'crates', {
    'broker-url': 'set `url` in `params`',
    region: 'leave it out',
    ttl: 'a token lives 30 minutes, and post revokes it',
    'expect-account': 'the token does not say whose it is',
  });
  if (wish.roles.length > 0)
    throw refuseInput(
      'role',
      'means nothing to `provider: crates`: the registry knows the crates of this publisher',
    );
  const base = urlParam(wish, 'url', 'https://crates.example');
  return oneToken({
    name: 'crates',
    audience: wish.audience ?? new URL(base).host,
    endpoint: new URL(`${base}${path}`),
    role: { role: 'publish' },
    debt: { url: base },
    request: (idToken) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jwt: idToken }),
    }),
    endOf: (_, now) => after(now, tokenSeconds),
    credential: (token, expiresAt) => ({
      name: 'crates',
      kind: 'bearer-token',
      expiresAt,
      fields: { token },
    }),
    meaning,
  });
}

/** By what its own source says (trustpub/tokens/exchange); the rest of each sentence quotes names. */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [
    /^No Trusted Publishing config found/,
    denied(
      'no crate has this repository as its trusted publisher',
      'Add the repository to the crate’s trusted publishers.',
    ),
  ],
  [
    /does not match the workflow file(name|path)/,
    denied(
      'the trusted publisher names another workflow file',
      'Compare the file in workflow_ref above with the crate’s trusted publisher.',
    ),
  ],
  [
    /does not match the (repository owner|namespace) ID/,
    denied(
      'the trusted publisher belongs to an earlier owner of this name',
      'Remove the crate’s trusted publisher and add it again.',
    ),
  ],
  [
    /does not match the environment|requires an environment/,
    denied(
      'the trusted publisher wants another environment',
      'Give the job the `environment:` that the crate’s trusted publisher names.',
    ),
  ],
  [
    /^JWT has already been used/,
    {
      code: 'identity-refused',
      text: 'this ID token was traded before',
      hint: 'Each ID token is traded once. Where the platform makes only one for a job, borrow in one step only.',
      freshIdToken: true,
    },
  ],
  [
    /^Unsupported JWT issuer/,
    {
      code: 'identity-refused',
      text: 'it does not believe this platform',
      hint: 'Ask the registry which platforms it takes; GitHub.com and GitLab.com are the usual ones.',
    },
  ],
  [
    /^(Failed to decode JWT|Invalid JWT key ID|Missing JWT key ID)/,
    {
      code: 'audience-mismatch',
      text: 'it does not accept the ID token',
      hint: 'Set the input `audience` to what this registry expects: its own host name, unless it was configured otherwise.',
    },
  ],
];

function denied(text: string, hint: string): Meaning {
  return { code: 'policy-denied', text, hint };
}

function meaning(answer: HttpAnswer): Meaning | undefined {
  const errors = member(jsonOf(answer) ?? {}, 'errors');
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : [];
  const detail = isObject(first) ? member(first, 'detail') : undefined;
  if (typeof detail !== 'string') return undefined;
  return meanings.find(([pattern]) => pattern.test(detail.slice(0, 1000)))?.[1];
}
