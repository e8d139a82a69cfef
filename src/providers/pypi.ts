// PyPI’s documentation, "Publishing with a Trusted Publisher"; pypi/warehouse, warehouse/oidc/views.py
import type { HttpAnswer } from '../domain/host.ts';
import { isObject, member } from '../protocol/json.ts';
import { onlyParams, refuseInput, refuseKey, serverUrl } from './input.ts';
import { after, oneToken, timeOf } from './one-token.ts';
import { readText } from './param-values.ts';
import type { Exchange, Provider, Wish } from './provider.ts';
import { jsonOf, type Meaning } from './server-answer.ts';
import { refuseForeign, urlParam } from './server-inputs.ts';

const tokenSeconds = 900;

/**
 * A Python package index with trusted publishers. The audience is pinned, not asked of the index: an index that may
 * choose it could have an ID token made for somebody else. It has no way to take a token back.
 */
export const pypi: Provider = { name: 'pypi', configure };

function configure(wish: Wish): Exchange {
  refuseKey(wish);
  onlyParams(wish.params, ['url', 'upload-url', 'allow-ip']);
  refuseForeign(wish, 'pypi', {
    'broker-url': 'set `url` in `params`',
    region: 'leave it out',
    ttl: 'a token lives 15 minutes',
    'expect-account': 'the token does not say whose it is',
  });
  if (wish.roles.length > 0)
    throw refuseInput(
      'role',
      'means nothing to `provider: pypi`: the index knows the projects of this publisher',
    );
  const base = urlParam(wish, 'url', 'https://index.example');
  const upload = readText(wish.params, 'upload-url');
  const registry =
    upload === undefined ? base : serverUrl('params: upload-url', upload, wish.params['allow-ip'] === true);
  return oneToken({
    name: 'pypi',
    audience: wish.audience ?? 'pypi',
    endpoint: new URL(`${base}/_/oidc/mint-token`),
    role: { role: 'upload' },
    debt: {},
    request: (idToken) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: idToken }),
    }),
    endOf: ({ expires }, now) => timeOf(expires) ?? after(now, tokenSeconds),
    credential: (token, expiresAt) => ({
      name: 'pypi',
      kind: 'registry-login',
      expiresAt,
      fields: { registry, username: '__token__', password: token },
    }),
    meaning,
  });
}

/** The codes of its own source (warehouse, oidc/views); their descriptions are the index's words. */
const meanings: Readonly<Record<string, Meaning>> = {
  'invalid-publisher': {
    code: 'policy-denied',
    text: 'no trusted publisher is this job',
    hint: 'Compare owner, repository, workflow file and environment of the project’s trusted publisher with the claims in the log: repository, workflow_ref, environment. A reusable workflow does not count, and an environment that the publisher names has to be the job’s.',
  },
  'invalid-pending-publisher': {
    code: 'policy-denied',
    text: 'the project of this pending publisher exists already',
    hint: 'Add the trusted publisher in the project’s own settings.',
  },
  'invalid-token': {
    code: 'audience-mismatch',
    text: 'it does not accept the ID token',
    hint: 'Set the input `audience` to what GET /_/oidc/audience of this index names. An index believes only the platforms that it lists.',
  },
  'invalid-reuse-token': {
    code: 'identity-refused',
    text: 'this ID token was traded before',
    hint: 'Each ID token is traded once. Where the platform makes only one for a job, borrow in one step only.',
    freshIdToken: true,
  },
  'invalid-payload': {
    code: 'request-refused',
    text: 'it does not understand the request',
    hint: 'Correct `url` in `params`: the index’s own address, without a path.',
  },
  'not-enabled': {
    code: 'policy-denied',
    text: 'trusted publishing is switched off for this platform',
    hint: 'Look at the index’s status page; nothing in this workflow can change it.',
  },
};

function meaning(answer: HttpAnswer): Meaning | undefined {
  const errors = member(jsonOf(answer) ?? {}, 'errors');
  const codes = Array.isArray(errors)
    ? errors.flatMap((error) => (isObject(error) ? [member(error, 'code')] : []))
    : [];
  const known = codes.find((code) => typeof code === 'string' && Object.hasOwn(meanings, code));
  return typeof known === 'string' ? meanings[known] : undefined;
}
