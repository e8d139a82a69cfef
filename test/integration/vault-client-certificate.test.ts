// A job at a Vault that lets nobody in without a client certificate, over real TLS. Both servers are FAKES that answer what
// the API says and remember who was at the door.
import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mainStory } from '../../src/entry/core.ts';
import { postStory } from '../../src/entry/give-back.ts';
import type { Host } from '../../src/domain/host.ts';
import { httpTransport } from '../../src/protocol/transport.ts';
import { createAuthority } from '../support/certificates.ts';
import { clientWorld, type ClientWorld } from '../support/client/world.ts';
import { closeServer, listen } from '../support/faulty-server.ts';
import { makeIssuer } from '../support/issuer.ts';
import { readAction } from '../support/runner-action.ts';
import { inputVariables } from '../support/runner-env.ts';

const action = readAction('action.yml');
const token = 's.Zm9vYmFyYmF6cXV4MTIzNDU2';
const authority = createAuthority();
const client = authority.issue({ names: ['ci-client'] });
const keyLines = client.key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));

interface Door extends AsyncDisposable {
  readonly url: string;
  /** Path and common name of each request. */
  readonly requests: [string, string | undefined][];
}

type Reply = Readonly<Record<string, unknown>> & { readonly status?: number };

let folder: string;
let paths: { certificate: string; key: string };
let world: ClientWorld;
let wire: ReturnType<typeof httpTransport>;
let tokens: Door;
let vault: Door;
let revoked: number;
/** Logins that are still to meet a 503. */
let busy: number;
/** Runs while the secret is read. */
let whileReading: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vault-mtls-'));
  paths = { certificate: join(folder, 'client.pem'), key: join(folder, 'client.key') };
  writeFileSync(paths.certificate, client.cert);
  writeFileSync(paths.key, client.key);
  whileReading = () => undefined;
  revoked = 0;
  busy = 0;
  const issuer = await makeIssuer();
  // It asks as well, and would take whatever it is shown.
  tokens = await open(false, async (url) => ({
    value: await issuer.mint({
      audience: url.searchParams.get('audience') ?? '',
      at: world.clock.now(),
    }),
  }));
  vault = await open(true, (url) => {
    if (url.pathname.endsWith('/login') && busy-- > 0) return { status: 503 };
    if (url.pathname.endsWith('/login'))
      return { auth: { client_token: token, lease_duration: 900, token_type: 'service' } };
    if (url.pathname.endsWith('/revoke-self')) revoked++;
    else whileReading();
    return {
      data: { username: 'v-app', password: 'A1a-Zm9vYmFyYmF6cXV4' },
      lease_id: 'a/b/c',
      lease_duration: 600,
    };
  });
});

afterEach(async () => {
  world[Symbol.dispose]();
  rmSync(folder, { recursive: true });
  await Promise.all([tokens[Symbol.asyncDispose](), vault[Symbol.asyncDispose]()]);
});

async function open(demands: boolean, answer: (url: URL) => Reply | Promise<Reply>): Promise<Door> {
  const requests: Door['requests'] = [];
  const sockets = new Set<Socket>();
  const tls = { ...authority.issue(), ca: authority.cert, requestCert: true, rejectUnauthorized: demands };
  const server = createServer(tls, (request, response) => {
    const url = new URL(request.url ?? '', 'https://localhost');
    requests.push([url.pathname, commonNameOf(request)]);
    void Promise.resolve(answer(url)).then(({ status = 200, ...body }) => {
      const isGone = url.pathname.endsWith('/revoke-self');
      response.writeHead(isGone ? 204 : status, { 'content-type': 'application/json' });
      response.end(isGone ? undefined : JSON.stringify(body));
    });
  });
  // Who comes without a certificate is turned away here: what was opened ahead.
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  const url = `https://localhost:${String(await listen(server))}`;
  return { url, requests, [Symbol.asyncDispose]: () => closeServer(server, sockets) };
}

function commonNameOf({ socket }: IncomingMessage): string | undefined {
  const peer = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return peer?.subject.replace('CN=', '');
}

/** The world's host, which connects ahead as a real one does. */
function wired(each: ClientWorld): Host {
  return { ...each.host, connect: wire.connect };
}

async function main(secrets = 'secrets: [{ path: database/creds/app, as: basic-login }]'): Promise<number> {
  wire = httpTransport();
  const { send } = wire;
  world = clientWorld({
    server: send,
    env: {
      ...inputVariables(
        action.inputs({
          provider: 'vault',
          role: 'deploy',
          export: 'outputs',
          'ca-cert': authority.cert,
          params: `url: ${vault.url}\nclient-certificate: ${paths.certificate}\nclient-key: ${paths.key}\n${secrets}`,
        }),
      ),
      ACTIONS_ID_TOKEN_REQUEST_URL: `${tokens.url}/token?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    },
  });
  return mainStory(wired(world));
}

/** All that lies in the runner's folder, the ledger and the command files with the state among it. */
function written(below = world.temp): string {
  return readdirSync(below, { withFileTypes: true })
    .map((entry) => {
      const path = join(below, entry.name);
      return entry.isDirectory() ? written(path) : readFileSync(path, 'utf8');
    })
    .join('\n');
}

test('every request to Vault is made under the client certificate, post’s too, and no other request', async () => {
  expect(await main()).toBe(0);
  expect(await postStory(wired(world.next()))).toBe(0);
  expect(vault.requests).toEqual([
    ['/v1/auth/jwt/login', 'ci-client'],
    ['/v1/database/creds/app', 'ci-client'],
    ['/v1/auth/token/revoke-self', 'ci-client'],
  ]);
  expect(tokens.requests).toEqual([['/token', undefined]]);
});

test('nor is the ID token asked for under it where Vault wants another', async () => {
  busy = 1;
  expect(await main()).toBe(0);
  expect(vault.requests.slice(0, 2)).toEqual(Array(2).fill(['/v1/auth/jwt/login', 'ci-client']));
  expect(tokens.requests).toEqual(Array(2).fill(['/token', undefined]));
});

test('the ledger and the state have where the key lies, and nothing of it; nothing prints it', async () => {
  let during = '';
  whileReading = () => (during = written());
  expect(await main()).toBe(0);
  for (const text of [during, written()]) {
    expect(text).toContain(paths.key);
    for (const line of keyLines) expect(text).not.toContain(line);
  }
  expect(JSON.parse(world.told('GITHUB_STATE')['ledger'] ?? '')).toMatchObject({
    debt: { clientCertificate: paths.certificate, clientKey: paths.key },
  });
  for (const line of keyLines) expect(world.printed() + world.printedErrors()).not.toContain(line);
});

test('a run that fails gives back under the client certificate', async () => {
  expect(
    await main('secrets: [{ path: database/creds/app, as: aws-session, with: { region: eu-west-1 } }]'),
  ).not.toBe(0);
  expect(vault.requests.at(-1)).toEqual(['/v1/auth/token/revoke-self', 'ci-client']);
});

test('a key that is not there until post: nothing is sent, and the log says which file', async () => {
  expect(await main()).toBe(0);
  unlinkSync(paths.key);
  const sent = vault.requests.length;
  const next = world.next();
  await postStory(wired(next));
  expect(vault.requests).toHaveLength(sent);
  expect(revoked).toBe(0);
  expect(next.printed()).toMatch(/revoke-failed|was not asked to revoke the login/);
  expect(next.printed()).toContain('client-key` must name a file that can be read');
});

test('a key of another certificate is refused before anything is sent', async () => {
  writeFileSync(paths.key, authority.issue().key);
  expect(await main()).not.toBe(0);
  expect(world.printed()).toContain('does not belong to the first certificate');
  expect([tokens.requests, vault.requests]).toEqual([[], []]);
});

test('who comes without one is not let in', async () => {
  const { send } = httpTransport();
  const request = { method: 'GET', url: new URL(vault.url), headers: {}, maxBytes: 100 } as const;
  await expect(
    send({ ...request, trust: authority.cert, signal: AbortSignal.timeout(20_000) }),
  ).rejects.toThrow();
  expect(vault.requests).toEqual([]);
  expect(await main()).toBe(0);
});
