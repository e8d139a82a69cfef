// https://github.com/octo-sts/app
import type { HttpAnswer } from '../domain/host.ts';
import { fullMatch } from '../domain/pattern.ts';
import { onlyParams, refuseInput, refuseKey, serverUrl } from './input.ts';
import { after, oneToken, timeOf } from './one-token.ts';
import { readText } from './param-values.ts';
import type { Exchange, Provider, Wish } from './provider.ts';
import type { Meaning } from './server-answer.ts';
import { refuseForeign, urlParam } from './server-inputs.ts';

/** An installation token lives an hour, whoever asks (GitHub REST API, Create an installation access token). */
const tokenSeconds = 3600;

/** Octo STS: a GitHub token by a trust policy that lies in the repository it is for. It is revoked at GitHub itself. */
export const octoSts: Provider = { name: 'octo-sts', configure };

function configure(wish: Wish): Exchange {
  refuseKey(wish);
  onlyParams(wish.params, ['url', 'scope', 'api-url', 'allow-ip']);
  refuseForeign(wish, 'octo-sts', {
    'broker-url': 'set `url` in `params`',
    region: 'leave it out',
    ttl: 'a GitHub installation token always lives an hour, and post revokes it',
    'expect-account': 'leave it out; `scope` in `params` says for which repository the token is',
  });
  const base = urlParam(wish, 'url', 'https://octo-sts.example.com');
  const apiUrl = serverUrl(
    'params: api-url',
    readText(wish.params, 'api-url') ?? 'https://api.github.com',
    false,
  );
  const role = roleOf(wish);
  const endpoint = new URL(`${base}/sts/exchange`);
  endpoint.search = new URLSearchParams({ scope: scopeOf(wish), identity: role.role }).toString();
  return oneToken({
    name: 'octo-sts',
    audience: wish.audience ?? endpoint.host,
    endpoint,
    role,
    debt: { url: apiUrl },
    request: (idToken) => ({ method: 'GET', headers: { authorization: `Bearer ${idToken}` } }),
    endOf: ({ expiry }, now) => timeOf(expiry) ?? after(now, tokenSeconds),
    credential: (token, expiresAt) => ({
      name: role.role,
      kind: 'github-token',
      expiresAt,
      fields: { token, apiUrl },
    }),
    meaning,
  });
}

function roleOf({ roles }: Wish): Wish['roles'][number] {
  const [role] = roles;
  if (role === undefined)
    throw refuseInput('role', 'is required: the identity, that is NAME of .github/chainguard/NAME.sts.yaml');
  if (roles.length > 1) throw refuseInput('role', 'names several identities: use a step for each');
  if (!fullMatch(/[A-Za-z0-9][A-Za-z0-9._-]{0,127}/, role.role))
    throw refuseInput('role', 'has characters that no identity has; write it without path and `.sts.yaml`');
  return role;
}

function scopeOf(wish: Wish): string {
  const scope = readText(wish.params, 'scope') ?? '';
  if (!fullMatch(/[A-Za-z0-9][A-Za-z0-9-]{0,38}(\/[A-Za-z0-9._-]{1,100})?/, scope))
    throw refuseInput(
      'params: scope',
      'must be the repository that the token is for, OWNER/REPOSITORY, or the owner',
    );
  return scope;
}

/** By the HTTP statuses of its gRPC codes (google.rpc.Code); its text may quote a trust policy. */
function meaning({ status }: HttpAnswer): Meaning | undefined {
  return {
    400: {
      code: 'identity-refused' as const,
      text: 'it does not take the request, or does not believe the issuer of the ID token',
      hint: 'Compare `scope` in `params` and the organisation’s list of trusted issuers with this job.',
    },
    401: {
      code: 'identity-refused' as const,
      text: 'it does not accept the ID token',
      hint: 'Set the input `audience` to what this server expects, its own host name unless it was configured otherwise.',
    },
    403: {
      code: 'policy-denied' as const,
      text: 'the trust policy does not match this job',
      hint: 'Compare `issuer`, `subject`, `audience` and `claim_pattern` of .github/chainguard/NAME.sts.yaml on the default branch of the repository in `scope` with the claims in the log.',
    },
    404: {
      code: 'policy-denied' as const,
      text: 'there is no trust policy of that name, or its App is not installed there',
      hint: 'Put .github/chainguard/NAME.sts.yaml on the default branch of the repository in `scope` (of `.github` for an owner), and install the App of this server there.',
    },
  }[status];
}
