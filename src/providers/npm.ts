// npm’s documentation, "Trusted publishing for npm packages"; npm/cli, lib/utils/oidc.js
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { onlyParams, refuseInput, refuseKey } from './input.ts';
import { after, oneToken, timeOf } from './one-token.ts';
import type { Exchange, Provider, Wish } from './provider.ts';
import type { Meaning } from './server-answer.ts';
import { refuseForeign, urlParam } from './server-inputs.ts';

/** What its documentation calls typical, where the answer does not say. */
const tokenSeconds = 3600;

/** An npm registry with trusted publishers: a token for one package. The registry has no way to take it back. */
export const npm: Provider = { name: 'npm', configure };

function configure(wish: Wish): Exchange {
  refuseKey(wish);
  onlyParams(wish.params, ['url', 'allow-ip']);
  refuseForeign(wish, 'npm', {
    'broker-url': 'set `url` in `params`',
    region: 'leave it out',
    ttl: 'the registry decides, and `max-ttl` and `min-ttl` bound it',
    'expect-account': 'the token does not say whose it is',
  });
  const base = urlParam(wish, 'url', 'https://registry.example');
  const role = packageOf(wish);
  const escaped = role.role.replace('/', '%2f');
  return oneToken({
    name: 'npm',
    audience: wish.audience ?? `npm:${new URL(base).hostname}`,
    endpoint: new URL(`${base}/-/npm/v1/oidc/token/exchange/package/${escaped}`),
    role,
    debt: {},
    request: (idToken) => ({ method: 'POST', headers: { authorization: `Bearer ${idToken}` }, body: '' }),
    endOf: ({ expires }, now) => timeOf(expires) ?? after(now, tokenSeconds),
    credential: (token, expiresAt) => ({ name: 'npm', kind: 'bearer-token', expiresAt, fields: { token } }),
    meaning,
  });
}

function packageOf({ roles }: Wish): Wish['roles'][number] {
  const [role] = roles;
  if (role === undefined)
    throw refuseInput('role', 'is required: the package to publish, NAME or @SCOPE/NAME');
  if (roles.length > 1)
    throw refuseInput('role', 'names several packages: a token is for one, so use a step for each');
  if (!fullMatch(/(?:@[A-Za-z0-9~-][A-Za-z0-9._~-]{0,213}\/)?[A-Za-z0-9~-][A-Za-z0-9._~-]{0,213}/, role.role))
    throw refuseInput('role', 'is no name of a package: write NAME or @SCOPE/NAME');
  return role;
}

function meaning({ status }: HttpAnswer): Meaning | undefined {
  return {
    400: {
      code: 'request-refused' as const,
      text: 'it does not take the request',
      hint: 'Compare the input `role` with the name of the package, and `url` in `params` with the registry’s own.',
    },
    401: {
      code: 'identity-refused' as const,
      text: 'it does not accept the ID token',
      hint: 'Set the input `audience` to what this registry expects, `npm:` and its host name. It takes tokens of GitHub-hosted runners, GitLab.com and CircleCI only.',
    },
    403: denied(),
    404: denied(),
  }[status];
}

function denied(): Meaning {
  return {
    code: 'policy-denied',
    text: 'no trusted publisher of this package is this job, or there is no such package',
    hint: 'Compare owner, repository, workflow file and environment of the package’s trusted publisher with the claims in the log. The first version of a package has to be published in another way; after a repository was renamed or made anew, add the publisher again.',
  };
}
