// examples/broker/static as the how-to has it: the token put by an operator, a second person who agrees, and the example's
// own program, which makes a new token at a registry.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { adminEndpoints } from '../../src/broker/admin/admin-endpoints.ts';
import { runProgram } from '../../src/entry/run-program.ts';
import { publicUrl } from '../support/broker/test-broker.ts';
import { inProcess, type InProcess } from '../support/client/in-process.ts';
import { makeIssuer } from '../support/issuer.ts';

const example = (name: string): string => readFileSync(`examples/broker/static/${name}`, 'utf8');
const keys = await generateKeyPair('EdDSA', { extractable: true });
let story: InProcess | undefined;

afterEach(async () => {
  await story?.[Symbol.asyncDispose]();
});

/** A FAKE registry: it makes a new token for whoever shows the one of before. */
async function startRegistry(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const sound = request.headers.authorization === 'Bearer first-token' && request.url === '/tokens';
    response.writeHead(sound ? 200 : 401).end(JSON.stringify({ token: 'second-token' }));
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, close: () => server.close() };
}

async function approve(it: InProcess): Promise<number> {
  const [, id = ''] = /\/approvals\/(\w+)/.exec(it.world.printed()) ?? [];
  const now = Math.floor(it.broker.world.clock.now().getTime() / 1000);
  const claims = { iss: 'ops', sub: 'ops', aud: publicUrl, jti: randomUUID(), iat: now, exp: now + 60 };
  const body = new URLSearchParams({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).sign(keys.privateKey),
    decision: 'approve',
  });
  const request = new Request(`${publicUrl}/approvals/${id}`, { method: 'POST', body });
  return (await it.broker.handle(request, { peer: '192.0.2.9' })).status;
}

test('the token is put, lent when somebody has agreed, and rotated by the program of the example', async () => {
  const login = await makeIssuer({ platform: 'oidc', url: 'https://login.example.com' });
  const registry = await startRegistry();
  const pem = await exportSPKI(keys.publicKey);
  story = await inProcess({
    yaml: () =>
      example('broker.yaml').replace(
        'audience: ephemeral-creds-admin }',
        'audience: ephemeral-creds-admin, jwks_file: login.json }',
      ),
    policies: { 'publish.yaml': example('policies/publish.yaml') },
    beforeStart: (world) => {
      world.disk.set('/etc/broker/ops.pem', pem);
      world.disk.set('/etc/broker/sealing.key', Buffer.alloc(32, 7).toString('base64'));
      world.disk.set('/etc/broker/login.json', JSON.stringify({ keys: [login.publicKey()] }));
      const run: typeof world.run = ([program, ...words], how) => {
        expect(program).toBe('/etc/broker/rotate-token.mjs');
        const own = [resolve('examples/broker/static/rotate-token.mjs'), ...words];
        return runProgram(['env', `REGISTRY_URL=${registry.url}`, process.execPath, ...own], how);
      };
      Object.assign(world, { run });
    },
  });
  const it = story;
  const handle = it.broker.behindOwnDoor(adminEndpoints);
  const operate = async (verb: string, body: object): Promise<unknown> => {
    const token = await login.mint({
      audience: 'ephemeral-creds-admin',
      at: it.broker.world.clock.now(),
      claims: { sub: 'alice' },
    });
    const request = new Request(`http://127.0.0.1:9443/admin/secrets/registry-token/${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a test', ...body }),
    });
    return (await handle(request, { peer: '127.0.0.1' })).json();
  };
  expect(await operate('put', { value: 'first-token' })).toMatchObject({ version: 1 });
  let asked = 0;
  it.onRequest = async (path) => {
    if (path === '/credentials/deferred' && ++asked === 2) expect(await approve(it)).toBe(200);
    return 'pass' as const;
  };
  expect(await it.main({ role: 'publish', 'approval-timeout': '10m', export: 'outputs' })).toBe(0);
  expect(it.world.told('GITHUB_OUTPUT')).toMatchObject({ token: 'first-token' });
  expect(it.world.printed()).toContain('::add-mask::first-token');
  expect((await it.post()).status).toBe(0);
  expect(await operate('rotate', {})).toEqual({ secret: 'registry-token', version: 2 });
  const failed = JSON.stringify(await operate('rotate', {}));
  expect(failed).toContain('ended with exit code 1');
  expect(failed + JSON.stringify(it.broker.world.auditLines())).not.toMatch(/(first|second)-token/);
  registry.close();
}, 60_000);
