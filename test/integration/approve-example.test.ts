// examples/broker/approve.mjs, as the how-to has it: keys by openssl's formats, a real port, a process of its own.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keyBoundAudience, sha256 } from '../../src/protocol/dpop.ts';
import { readPending } from '../../src/protocol/deferred.ts';
import { makeEncryptionKey } from '../../src/protocol/encryption.ts';
import { makeSigner, sendSigned, type Signer } from '../../src/protocol/signed-request.ts';
import { exchangeForm } from '../../src/protocol/token-exchange.ts';
import { githubPolicy } from '../support/broker/test-broker.ts';
import { startListeningBroker, type ListeningBroker } from '../support/broker/listening-broker.ts';
import { realCall } from '../support/client/call.ts';

const folder = mkdtempSync(join(tmpdir(), 'approve-'));
const keyFile = join(folder, 'ops.key.pem');
let place: ListeningBroker;

beforeAll(async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  place = await startListeningBroker({
    beforeStart: ({ disk }) => void disk.set('/etc/broker/ops.pem', pem),
    yaml: (yaml) => `${yaml}operators: [{ id: ops, public_key: ./ops.pem }]\n`,
    policies: { 'github.yaml': `${githubPolicy}approval: { source: operator, within: 30m }\n` },
  });
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number;
  readonly said: unknown;
}

function approve(...args: string[]): Promise<Ran> {
  return new Promise((done) => {
    execFile(process.execPath, ['examples/broker/approve.mjs', ...args], (error, stdout) => {
      done({ status: error === null ? 0 : Number(error.code), said: JSON.parse(stdout) });
    });
  });
}

let jobs = 0;

/** Asks for a role as a job; the transaction that this leaves waiting, and how it stands. */
async function ask(): Promise<{ readonly id: string; readonly status: () => Promise<number> }> {
  const signer: Signer = makeSigner();
  const claims = { check_run_id: String(++jobs) };
  const audience = keyBoundAudience(place.url, signer.key.thumbprint);
  const body = exchangeForm({
    idToken: await place.broker.github.mint({ audience, at: place.broker.world.clock.now(), claims }),
    roles: [{ role: 'deploy-prod' }],
    handleHash: sha256(signer.key.thumbprint),
    encryptTo: makeEncryptionKey().publicJwk,
  });
  const call = realCall();
  const pending = readPending(await sendSigned({ url: new URL(`${place.url}/token`), signer, body }, call));
  const id = pending?.transactionId ?? '';
  const poll = {
    url: new URL(`${place.url}/credentials/deferred`),
    signer,
    body: JSON.stringify({ transaction_id: id }),
    contentType: 'application/json' as const,
  };
  return { id, status: async () => (await sendSigned(poll, call)).status };
}

test('shows who asks for what, and approves', async () => {
  const { id, status } = await ask();
  const address = `${place.url}/approvals/${id}`;
  const shown = await approve(address, 'ops', keyFile);
  expect(shown.status).toBe(0);
  expect(JSON.stringify(shown.said)).toMatch(
    /deploy-prod.*octo-org\/octo-repo|octo-org\/octo-repo.*deploy-prod/s,
  );
  expect(await status()).toBe(400);
  expect(await approve(address, 'ops', keyFile, 'approve')).toMatchObject({ status: 0 });
  expect(await status()).toBe(200);
});

test('rejects, and the first decision stands', async () => {
  const { id, status } = await ask();
  const address = `${place.url}/approvals/${id}`;
  expect(await approve(address, 'ops', keyFile, 'reject')).toMatchObject({ status: 0 });
  expect(await status()).toBe(403);
  expect(await approve(address, 'ops', keyFile, 'approve')).toMatchObject({
    status: 1,
    said: { error: 'conflict' },
  });
});

test('is nobody with another key', async () => {
  const { id, status } = await ask();
  const other = join(folder, 'other.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(other, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  expect(await approve(`${place.url}/approvals/${id}`, 'ops', other, 'approve')).toMatchObject({
    status: 1,
    said: { error: 'invalid_client' },
  });
  expect(await status()).toBe(400);
});
