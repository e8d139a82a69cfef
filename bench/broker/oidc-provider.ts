// `oidc-provider`, a process of its own: its token endpoint with private_key_jwt and DPoP, everything in memory.
// Argument: the client's public key as a JWK.
import { createServer } from 'node:http';
import { closedPort } from '../../test/support/socket-server.ts';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider } from 'oidc-provider';

const clientKey = JSON.parse(process.argv[2] ?? '') as JWK;
const port = await closedPort();
const url = `http://127.0.0.1:${String(port)}`;
const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
const kept = new Map<string, object>();

const provider = new Provider(url, {
  adapter: memory,
  jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'Ed25519' }] },
  clients: [
    {
      client_id: 'ci',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
      id_token_signed_response_alg: 'Ed25519',
      jwks: { keys: [clientKey] },
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  enabledJWA: { dPoPSigningAlgValues: ['Ed25519'] },
  features: {
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    devInteractions: { enabled: false },
  },
});
createServer(provider.callback()).listen(port, '127.0.0.1', () => {
  process.stderr.write(`listens on ${String(port)}\n`);
});
process.once('SIGTERM', () => process.exit());

/** Keeps what is issued and the proofs that were used, by kind and id. */
function memory(kind: string): object {
  return {
    upsert: (id: string, payload: object) => Promise.resolve(void kept.set(`${kind} ${id}`, payload)),
    find: (id: string) => Promise.resolve(kept.get(`${kind} ${id}`)),
    destroy: (id: string) => Promise.resolve(void kept.delete(`${kind} ${id}`)),
  };
}
