// A FAKE: plays the ID-token issuer of GitHub Actions (of GitLab, or of some other platform) with a real key. For tests and the demo only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { KeyObject, randomUUID, sign } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export type Claims = Record<string, unknown>;

/** How one token differs from the usual. */
export interface TokenOptions {
  readonly audience?: string;
  /** Time of issue; the wall clock's if absent. */
  readonly at?: Date;
  readonly lifetimeSeconds?: number;
  /** Laid over the usual claims; `undefined` takes one out. */
  readonly claims?: Claims;
  readonly header?: Claims;
  /** Changes the text of header and claims before they are signed, so that the signature of what is unclean holds. */
  readonly segments?: (segments: Segments) => Segments;
}

export interface Segments {
  readonly header: string;
  readonly claims: string;
}

type Platform = 'github' | 'gitlab' | 'oidc';
type Algorithm = 'RS256' | 'ES256';

export interface FakeIssuer {
  /** The `iss` claim. */
  readonly url: string;
  readonly platform: Platform;
  mint(options?: TokenOptions): Promise<string>;
  /** The public key with which it signs now. */
  publicKey(): JWK;
  /** The issuer's web pages as a plain function: key set, discovery, and GitHub's request for a token. */
  respond(request: { readonly url: string; readonly authorization?: string }): Promise<FakeAnswer>;
  /** A new key under a new name; the old one is withdrawn. */
  rotate(): Promise<void>;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface Options {
  readonly platform?: Platform;
  readonly algorithm?: Algorithm;
  readonly url?: string;
  /** Claims of every token, laid over the usual ones. */
  readonly claims?: Claims;
  /** What ACTIONS_ID_TOKEN_REQUEST_TOKEN would hold. */
  readonly requestToken?: string;
}

const homes = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.example.com',
  oidc: 'https://ci.example.com',
};
const keysPaths = { github: '/.well-known/jwks', gitlab: '/oauth/discovery/keys', oidc: '/keys' };

/** An issuer without a port. */
export async function makeIssuer(options: Options = {}): Promise<FakeIssuer> {
  const platform = options.platform ?? 'github';
  const url = options.url ?? homes[platform];
  const algorithm = options.algorithm ?? 'RS256';
  let signing = await makeKey(algorithm);

  const mint = async ({
    audience,
    at,
    lifetimeSeconds,
    claims,
    header,
    segments,
  }: TokenOptions = {}): Promise<string> => {
    const issued = Math.floor((at ?? new Date()).getTime() / 1000);
    const payload = {
      jti: randomUUID(),
      aud: audience ?? 'https://github.com/octo-org',
      iss: url,
      iat: issued,
      nbf: platform === 'github' ? issued - 600 : issued - 5,
      exp: issued + (lifetimeSeconds ?? (platform === 'github' ? 300 : 3600)),
      ...usualClaims[platform],
      ...options.claims,
      ...claims,
    };
    const protectedHeader = { typ: 'JWT', alg: algorithm, kid: signing.kid, x5t: signing.kid, ...header };
    if (segments !== undefined)
      return signText(
        signing.key,
        segments({ header: JSON.stringify(protectedHeader), claims: JSON.stringify(payload) }),
      );
    return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(signing.key);
  };

  const respond: FakeIssuer['respond'] = async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const keysPath = keysPaths[platform];
    if (pathname.endsWith(keysPath)) return { status: 200, body: { keys: [signing.jwk] } };
    if (pathname.endsWith('/.well-known/openid-configuration'))
      return { status: 200, body: discovery(url, url + keysPath) };
    if (platform === 'github' && pathname.endsWith('/token')) {
      if (request.authorization !== `Bearer ${options.requestToken ?? 'request-token'}`)
        return { status: 401, body: { message: 'Unauthorized' } };
      const audience = searchParams.get('audience');
      const changed = JSON.parse(searchParams.get('claims') ?? '{}') as Claims;
      return {
        status: 200,
        body: { value: await mint({ claims: changed, ...(audience === null ? {} : { audience }) }) },
      };
    }
    return { status: 404, body: { message: 'Not Found' } };
  };

  return {
    url,
    platform,
    mint,
    publicKey: () => signing.jwk,
    respond,
    rotate: async () => {
      signing = await makeKey(algorithm);
    },
  };
}

export interface ListeningIssuer extends FakeIssuer {
  /** What ACTIONS_ID_TOKEN_REQUEST_URL holds: it has a query, and the audience is appended to it. */
  readonly requestUrl: string;
  readonly requestToken: string;
  /** The same for a job that differs in some claims. */
  requestUrlFor(claims: Claims): string;
  /** Targets asked for so far, the oldest first. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** The same over HTTP on a free port of this machine. */
export async function startIssuer(options: Omit<Options, 'url'> = {}): Promise<ListeningIssuer> {
  const requests: string[] = [];
  const ready = Promise.withResolvers<FakeIssuer>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push(request.url ?? '');
    const { authorization } = request.headers;
    const url = `http://127.0.0.1${request.url ?? '/'}`;
    void ready.promise
      .then((issuer) => issuer.respond(authorization === undefined ? { url } : { url, authorization }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${String(port)}`;
  const requestToken = options.requestToken ?? randomUUID();
  const issuer = await makeIssuer({ ...options, url, requestToken });
  ready.resolve(issuer);
  const requestUrl = `${url}/token?api-version=2.0`;
  return {
    ...issuer,
    requestUrl,
    requestUrlFor: (claims) => `${requestUrl}&claims=${encodeURIComponent(JSON.stringify(claims))}`,
    requestToken,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly jwk: JWK;
}

/** Signs the octets as they are, with the algorithm of the key. */
function signText(key: CryptoKey, { header, claims }: Segments): string {
  const input = [header, claims].map((each) => Buffer.from(each).toString('base64url')).join('.');
  const dsaEncoding = 'ieee-p1363';
  const signature = sign('sha256', Buffer.from(input), { key: KeyObject.from(key), dsaEncoding });
  return `${input}.${signature.toString('base64url')}`;
}

async function makeKey(alg: Algorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return { kid, key: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg } };
}

function discovery(issuer: string, jwksUri: string): Claims {
  return {
    issuer,
    jwks_uri: jwksUri,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}

/** As the platforms' own documentation shows them. */
const usualClaims: Readonly<Record<Platform, Claims>> = {
  github: {
    sub: 'repo:octo-org/octo-repo:environment:production',
    environment: 'production',
    environment_node_id: 'EN_kwDOABCDEF',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    ref_protected: 'true',
    sha: 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15',
    repository: 'octo-org/octo-repo',
    repository_id: '456789',
    repository_owner: 'octo-org',
    repository_owner_id: '123456',
    repository_visibility: 'private',
    enterprise: 'octo-enterprise',
    enterprise_id: '7788',
    run_id: '9876543210',
    run_number: '42',
    run_attempt: '1',
    check_run_id: '5544332211',
    actor: 'octocat',
    actor_id: '583231',
    workflow: 'deploy',
    workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    workflow_sha: 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15',
    job_workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_sha: 'f1d2d2f924e986ac86fdf7b36c94bcdf32beec15',
    head_ref: '',
    base_ref: '',
    event_name: 'push',
    runner_environment: 'github-hosted',
  },
  gitlab: {
    sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
    namespace_id: '72',
    namespace_path: 'my-group',
    project_id: '20',
    project_path: 'my-group/my-project',
    job_namespace_id: '72',
    job_namespace_path: 'my-group',
    job_project_id: '20',
    job_project_path: 'my-group/my-project',
    user_id: '1',
    user_login: 'sample-user',
    user_email: 'sample-user@example.com',
    user_access_level: 'developer',
    pipeline_id: '574',
    pipeline_source: 'push',
    job_id: '302',
    ref: 'main',
    ref_type: 'branch',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'production',
    environment_protected: 'true',
    deployment_tier: 'production',
    environment_action: 'start',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    project_visibility: 'private',
    ci_config_ref_uri: 'gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
    ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  },
  // A platform of which nothing is known but what broker.yaml says.
  oidc: {
    sub: 'organization:acme:pipeline:deploy:ref:refs/heads/main',
    organization_id: '0184990a-477b-4fa8-9968-496074483cee',
    pipeline_id: '0184990a-477b-4fa8-9968-496074483ced',
    pipeline: 'deploy',
    build_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
    job_id: '0184990a-477b-4fa8-9968-496074483cef',
    branch: 'main',
  },
};
