/** A broker with an admin listener, its operators, and their requests by hand. */
import { adminEndpoints } from '../../../src/broker/admin/admin-endpoints.ts';
import type { Handler } from '../../../src/broker/http/front-door.ts';
import type { ClientCertificate } from '../../../src/broker/domain/operator.ts';
import { makeIssuer, type FakeIssuer, type TokenOptions } from '../issuer.ts';
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './test-broker.ts';
import { testWorld } from './world.ts';

const adminUrl = 'http://127.0.0.1:9443';
const audience = 'ephemeral-creds-admin';

const adminYaml = `admin:
  listen: 127.0.0.1:9443
  tls: { certificate: admin.crt, key: admin.key, client_ca: operators.crt }
  issuer: { url: https://login.example.com, audience: ${audience} }
  operators:
    - { id: alice, claims: { sub: "248289761001" }, rights: [read, revoke, freeze, secrets] }
    - { id: reader, claims: { groups: auditors }, rights: [read] }
    - { id: mail, claims: { email: mail@example.com }, rights: [read] }
    - { id: bob, certificate: { subject: "CN=bob,O=Example" }, rights: [read, revoke] }
    - { id: carol, certificate: { fingerprint: "${'AB:'.repeat(31)}AB" }, rights: [freeze] }
`;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface AskOptions {
  /** Claims of the operator's token; without any: alice's. */
  readonly token?: TokenOptions;
  /** In place of a token. */
  readonly certificate?: ClientCertificate;
  /** The whole header, or none. */
  readonly authorization?: string | null;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface OperatorDesk {
  readonly broker: TestBroker;
  readonly login: FakeIssuer;
  /** The admin listener without a port. */
  readonly handle: Handler;
  get(path: string, options?: AskOptions): Promise<Reply>;
  post(path: string, body: unknown, options?: AskOptions): Promise<Reply>;
}

/** An authority's certificate in PEM, as openssl made it, for settings that are only read. */
export async function startDesk(
  authority: string,
  options: TestBrokerOptions & { readonly admin?: (yaml: string) => string } = {},
): Promise<OperatorDesk> {
  const [github, gitlab, login] = await Promise.all([
    makeIssuer(),
    makeIssuer({ platform: 'gitlab' }),
    makeIssuer({ platform: 'oidc', url: 'https://login.example.com' }),
  ]);
  const world =
    options.world ??
    testWorld({
      issuers: [github, gitlab, login],
      env: { LEGACY_TOKEN: 'legacy-secret-value', ...options.env },
    });
  for (const [name, text] of [
    ['admin.crt', 'a certificate'],
    ['admin.key', 'a key'],
    ['operators.crt', authority],
  ] as const)
    world.disk.set(`/etc/broker/${name}`, text);
  const started = await startTestBroker({
    ...options,
    world,
    yaml: (yaml) => (options.yaml?.(yaml) ?? yaml) + (options.admin?.(adminYaml) ?? adminYaml),
  });
  const broker = { ...started, github, gitlab };
  const handle = broker.behindOwnDoor(adminEndpoints);
  const ask = async (method: string, path: string, asked: AskOptions = {}): Promise<Reply> => {
    const { certificate, body, contentType = 'application/json' } = asked;
    const minted =
      certificate === undefined && asked.authorization === undefined
        ? `Bearer ${await login.mint({ audience, at: world.clock.now(), ...asked.token, claims: { sub: '248289761001', ...asked.token?.claims } })}`
        : asked.authorization;
    const headers = new Headers();
    if (minted !== undefined && minted !== null) headers.set('authorization', minted);
    if (body !== undefined) headers.set('content-type', contentType);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(adminUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: text }),
    });
    const connection = { peer: '127.0.0.1', ...(certificate && { certificate }) };
    const response = await handle(request, connection);
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return {
    broker,
    login,
    handle,
    get: (path, asked) => ask('GET', path, asked),
    post: (path, body, asked) => ask('POST', path, { ...asked, body }),
  };
}

export const bob: ClientCertificate = { subject: 'CN=bob,O=Example', fingerprint: '01'.repeat(32) };
export const carol: ClientCertificate = { subject: 'CN=carol', fingerprint: 'ab'.repeat(32) };
