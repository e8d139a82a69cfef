/** A real authorization server, `oidc-provider`, with a token-exchange grant on the hook that it documents for such. */
import { createServer } from 'node:http';
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { errors, Provider, type IssuedToken } from 'oidc-provider';
import { closeServer, listen } from '../support/faulty-server.ts';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const tokenTypes = 'urn:ietf:params:oauth:token-type:';

export interface Trust {
  /** URL of the platform's issuer. */
  readonly issuer: string;
  /** Its only subject. */
  readonly subject: string;
  /** The only audience for which tokens are given. */
  readonly target: string;
}

export interface AuthorizationServer extends AsyncDisposable {
  readonly url: string;
  /** The token behind its value, for as long as it is alive. */
  find(value: string): Promise<IssuedToken | undefined>;
  /** How many tokens are alive. */
  alive(): number;
}

/** Public client `ci`; scopes `deploy` and `read`; tokens of ten minutes. */
export async function startAuthorizationServer(trust: Trust): Promise<AuthorizationServer> {
  const handlers: { handle: ReturnType<Provider['callback']> } = { handle: () => undefined };
  const server = createServer((request, response) => {
    handlers.handle(request, response);
  });
  const url = `http://127.0.0.1:${String(await listen(server))}`;
  const kept = new Map<string, object>();
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(url, {
    adapter: memory(kept),
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' }] },
    scopes: ['deploy', 'read'],
    clients: [
      {
        client_id: 'ci',
        token_endpoint_auth_method: 'none',
        grant_types: [tokenExchange],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      revocation: {
        enabled: true,
        allowedPolicy: (_: unknown, client: { clientId: string }, token: { clientId: string }) =>
          client.clientId === token.clientId,
      },
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
    },
    ttl: { ClientCredentials: 600 },
  });
  addTokenExchange(provider, trust, `${url}/token`);
  handlers.handle = provider.callback();
  return {
    url,
    find: (value) => provider.ClientCredentials.find(value),
    alive: () => [...kept.keys()].filter((key) => key.startsWith('ClientCredentials ')).length,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return closeServer(server, []);
    },
  };
}

function addTokenExchange(provider: Provider, trust: Trust, audience: string): void {
  const keys = createRemoteJWKSet(new URL(`${trust.issuer}/.well-known/jwks`));
  const grant: Parameters<Provider['registerGrantType']>[1] = async (ctx) => {
    const { params, client } = ctx.oidc;
    if (params['subject_token_type'] !== `${tokenTypes}id_token`)
      throw new errors.InvalidRequest('only ID tokens');
    if (params['audience'] !== trust.target) throw new errors.InvalidTarget('no such service');
    const { subject, issuer } = trust;
    await jwtVerify(params['subject_token'] ?? '', keys, { issuer, audience, subject }).catch(() => {
      throw new errors.InvalidGrant('the subject_token is not one that is trusted here');
    });
    const { scope } = params;
    const token = new provider.ClientCredentials({ client, scope });
    token.aud = trust.target;
    ctx.oidc.entity('ClientCredentials', token);
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: `${tokenTypes}access_token`,
      token_type: token.tokenType,
      expires_in: token.expiration,
      scope,
    };
  };
  const parameters = ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'scope'];
  provider.registerGrantType(tokenExchange, grant, parameters);
}

/** Keeps what the server issues, by its kind and id: its own store is for first steps and says so aloud. */
function memory(kept: Map<string, object>): (kind: string) => object {
  return (kind) => ({
    upsert: (id: string, payload: object) => Promise.resolve(void kept.set(`${kind} ${id}`, payload)),
    find: (id: string) => Promise.resolve(kept.get(`${kind} ${id}`)),
    destroy: (id: string) => Promise.resolve(void kept.delete(`${kind} ${id}`)),
  });
}
