// A STAND-IN for the service that a job deploys to. It takes a credential as real services do: the signature by the
// broker's published keys (RFC 9068), and whether it still counts by asking the broker (RFC 7662).
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';

export interface ResourceServer {
  readonly url: string;
  /** PEM, for the broker's `resource_servers`. */
  readonly publicKey: string;
  close(): Promise<void>;
}

const audience = 'https://deploy.example.com';

export async function startResourceServer(broker: () => string): Promise<ResourceServer> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const server = createServer((request, response) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    void judge(token, broker(), privateKey).then(({ status, text }) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function judge(
  token: string,
  broker: string,
  key: KeyObject,
): Promise<{ status: number; text: string }> {
  try {
    const keys = createRemoteJWKSet(new URL(`${broker}/.well-known/jwks.json`));
    await jwtVerify(token, keys, { issuer: broker, audience, typ: 'at+jwt' });
  } catch {
    return { status: 401, text: 'refused: not a token of the broker' };
  }
  const active = await introspect(token, broker, key);
  return active
    ? { status: 200, text: 'deployed' }
    : { status: 401, text: 'refused: the token was given back' };
}

async function introspect(token: string, broker: string, key: KeyObject): Promise<boolean> {
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setIssuer('deploy-service')
    .setSubject('deploy-service')
    .setAudience(broker)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key);
  const body = new URLSearchParams({
    token,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const answer = await fetch(`${broker}/introspect`, { method: 'POST', body });
  return ((await answer.json()) as { active?: unknown }).active === true;
}
