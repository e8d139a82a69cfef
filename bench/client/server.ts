// A FAKE platform and a FAKE broker for the benchmark, two servers over TLS as in real life: they answer at once and
// check nothing. Prints one line of JSON when they listen: {"platform":…,"broker":…} with their ports.
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { createAuthority } from '../../test/support/certificates.ts';

const [, , caFile = ''] = process.argv;
const authority = createAuthority();
writeFileSync(caFile, authority.cert);

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (audience: string): string => {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://issuer.test',
    aud: audience,
    exp: iat + 300,
    iat,
    repository: 'octo-org/octo-repo',
  };
  return `${part({ typ: 'JWT', alg: 'RS256', kid: 'k' })}.${part({ ...claims, padding: 'x'.repeat(700) })}.${'s'.repeat(342)}`;
};
const lease = {
  type: 'ephemeral_credential',
  role: 'deploy',
  lease_id: 'lse_1',
  expires_in: 900,
  expires_at: '2030-01-01T00:00:00Z',
  revocability: 'immediate',
  credentials: [{ name: 'token', kind: 'bearer-token', token: part({ a: 'y'.repeat(60) }) + 'aB3' }],
};
let requests = 0;

const answer: RequestListener = (request, response) => {
  requests += 1;
  request.resume().on('end', () => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const answers: Record<string, unknown> = {
      '/id-token': { value: token(url.searchParams.get('audience') ?? '') },
      '/token': {
        access_token: 'ecs_x',
        token_type: 'DPoP',
        expires_in: 900,
        authorization_details: [lease],
      },
      '/revoke': {
        leases: [
          {
            lease_id: 'lse_1',
            state: 'revoked',
            revocability: 'immediate',
            expires_at: '2030-01-01T00:00:00Z',
          },
        ],
      },
      '/count': requests,
    };
    const body = JSON.stringify(answers[url.pathname]);
    if (url.pathname === '/count') requests = 0;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
};

async function listen(): Promise<number> {
  const server = createServer(authority.issue(), answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

console.log(JSON.stringify({ platform: await listen(), broker: await listen() }));
