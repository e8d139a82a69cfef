// A FAKE platform and a FAKE broker for the benchmark, which also plays the token services of AWS, Google, Microsoft, Vault
// and Octo STS: two servers over TLS as in real life, that answer at once and check nothing. Prints one line of JSON when
// they listen: {"platform":…,"broker":…} with their ports. GET /count says how many requests came since it was last asked.
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
/** Of the role and in the session that run.ts asks for. */
const awsSession = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><AssumedRoleUser>
<Arn>arn:aws:sts::123456789012:assumed-role/deploy/bench</Arn></AssumedRoleUser><Credentials>
<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>${'wJalrXUtnFEMI/K7MDENG+'.repeat(2)}</SecretAccessKey>
<SessionToken>${'IQoJb3JpZ2luX2VjEFt2'.repeat(30)}</SessionToken><Expiration>EXPIRATION</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
const awsIdentity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::123456789012:assumed-role/deploy/bench</Arn><UserId>AROA:bench</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;
const googleToken = `ya29.${'c0AfH6SMBx9zR4k2'.repeat(60)}`;
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
let requests = 0;

const answer: RequestListener = (request, response) => {
  requests += 1;
  let sent = '';
  request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
  request.on('end', () => {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const end = new Date(Date.now() + 900_000).toISOString();
    const answers: Record<string, unknown> = {
      '/': sent.includes('GetCallerIdentity') ? awsIdentity : awsSession.replace('EXPIRATION', end),
      '/v1/token': { access_token: googleToken, token_type: 'Bearer', expires_in: 3599 },
      '/v1/projects/-/serviceAccounts/bench@my-project.iam.gserviceaccount.com:generateAccessToken': {
        accessToken: googleToken,
        expireTime: end,
      },
      '/v1/auth/jwt/login': {
        auth: {
          client_token: `hvs.${'CAESIJ4u'.repeat(12)}`,
          accessor: 'bench-accessor',
          lease_duration: 900,
          renewable: false,
          token_type: 'service',
          num_uses: 0,
        },
      },
      '/v1/auth/token/revoke-self': {},
      [`/${tenant}/oauth2/v2.0/token`]: {
        access_token: token('https://vault.azure.net'),
        token_type: 'Bearer',
        expires_in: 3599,
      },
      '/sts/exchange': { token: `ghs_${'aB3dE6gH9jK2'.repeat(3)}` },
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
    const answered = answers[url.pathname];
    const isXml = url.pathname === '/';
    const body = isXml ? String(answered) : JSON.stringify(answered);
    if (url.pathname === '/count') requests = 0;
    if (answered === undefined) {
      response.writeHead(request.method === 'DELETE' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': isXml ? 'text/xml' : 'application/json',
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
