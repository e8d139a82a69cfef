import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  keyBoundAudience,
  makeProof,
  makeProofKey,
  sha256,
  type ProofKey,
} from '../../../src/protocol/dpop.ts';
import { verifyAudit } from '../../../src/broker/commands/verify-audit.ts';
import { brokerHost } from '../../../src/entry/broker-host.ts';
import { githubPolicy } from '../../support/broker/test-broker.ts';
import { startIssuer, type ListeningIssuer } from '../../support/issuer.ts';

let folder: string;
let issuer: ListeningIssuer;
let url: string;

const runIt = `import { brokerMain } from '${join(import.meta.dirname, '../../../src/entry/broker.ts')}';
process.exitCode = await brokerMain(process.argv.slice(1));`;

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stderr(): string;
}

function run(...argv: string[]): Run {
  const child = spawn(process.execPath, ['--input-type=module', '-e', runIt, '--', ...argv], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, stderr: () => stderr };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilReady(): Promise<void> {
  for (let attempt = 0; attempt < 2400; attempt++) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the broker did not become ready');
}

async function borrow(
  key: ProofKey,
  handle = randomBytes(32).toString('base64url'),
): Promise<{ status: number; body: Record<string, unknown> }> {
  const audience = keyBoundAudience(url, key.thumbprint);
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await issuer.mint({ audience }),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    authorization_details: '[{"type":"ephemeral_credential","role":"deploy-prod"}]',
    revocation_handle_hash: sha256(handle),
  }).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    dpop: makeProof(key, { method: 'POST', url: `${url}/token`, body, at: new Date() }),
  };
  const answer = await fetch(`${url}/token`, { method: 'POST', headers, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ec-process-'));
  issuer = await startIssuer();
  const port = await freePort();
  url = `http://127.0.0.1:${String(port)}`;
  mkdirSync(join(folder, 'policies'));
  const policy = githubPolicy
    .replace(/issuer: .*/, `issuer: ${issuer.url}`)
    .replace(/ {2}- \{ role: (app-ro|legacy).*\n/g, '');
  writeFileSync(join(folder, 'policies/p.yaml'), policy);
  writeFileSync(
    join(folder, 'broker.yaml'),
    `public_url: ${url}
listen: 127.0.0.1:${String(port)}
tls: off
store: { sqlite: ./broker.db }
issuers: [ { platform: github, url: "${issuer.url}" } ]
roles: { deploy-prod: { engine: jwt, audience: https://api.example.com } }
policies: ./policies
audit: [ { file: ./audit.jsonl }, stdout ]
`,
  );
});

afterAll(async () => {
  await issuer.close();
  rmSync(folder, { recursive: true });
});

describe('ephemeral-creds broker run', () => {
  test('serves the whole story over HTTP, refuses a second one on its store, and ends when it is told', async () => {
    const broker = run('run', '--config', 'broker.yaml');
    await untilReady();
    const handle = randomBytes(32).toString('base64url');
    expect((await borrow(makeProofKey(), handle)).status).toBe(200);
    const back = await fetch(`${url}/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: handle }),
    });
    expect(await back.json()).toMatchObject({ leases: [{ state: 'revoked' }] });
    const tooMuch = await fetch(`${url}/healthz`, { headers: { 'x-large': 'x'.repeat(20_000) } });
    expect([tooMuch.status, tooMuch.headers.get('cache-control')]).toEqual([431, 'no-store']);

    const second = run('run', '--config', 'broker.yaml');
    expect(await second.ended).toBe(64);
    expect(second.stderr()).toMatch(/Another process has the store/);

    broker.child.kill('SIGTERM');
    expect(await broker.ended).toBe(0);
    for (const name of ['broker.db', 'broker.db.key.pem', 'broker.db.audit.pem', 'audit.jsonl'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'audit.jsonl'), 'utf8')).toMatch('lease revoked');
  }, 90_000);

  test('lends nothing once nobody reads the audit log on its standard output, and lives on', async () => {
    const broker = run('run', '--config', 'broker.yaml');
    await untilReady();
    broker.child.stdout?.destroy();
    const { status, body } = await borrow(makeProofKey());
    expect([status, body['reason']]).toEqual([503, 'audit']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    broker.child.kill('SIGTERM');
    expect(await broker.ended).toBe(0);
  }, 90_000);

  test('killed at any moment, it leaves an audit log that the next start goes on with, and that can be checked', async () => {
    const { files } = brokerHost(new AbortController().signal);
    const log = { files: [join(folder, 'audit.jsonl')] as const, allowGaps: false };
    for (const requests of [0, 1, 3]) {
      const broker = run('run', '--config', 'broker.yaml');
      await untilReady();
      const borrowing = Array.from({ length: requests }, () => borrow(makeProofKey()).catch(() => undefined));
      await borrowing[0];
      broker.child.kill('SIGKILL');
      await Promise.all([broker.ended, ...borrowing]);
      expect((await verifyAudit(log, files)).problems).toEqual([]);
    }
    const last = run('run', '--config', 'broker.yaml');
    await untilReady();
    last.child.kill('SIGTERM');
    expect(await last.ended).toBe(0);
    const report = await verifyAudit(log, files);
    expect(report.problems).toEqual([]);
    const killed = report.notices.filter(
      ({ what }) => what === 'the chain before it has no end: the broker was killed',
    );
    expect(killed).toHaveLength(3);
  }, 90_000);

  test('says how it is used, and what is wrong with its file', async () => {
    const wrong = run('walk');
    expect(await wrong.ended).toBe(64);
    expect(wrong.stderr()).toMatch('Usage: ephemeral-creds broker run --config broker.yaml');
    const missing = run('run', '--config', 'nowhere.yaml');
    expect(await missing.ended).toBe(64);
    expect(missing.stderr()).toMatch('nowhere.yaml: no such file');
  }, 90_000);

  test.each([
    [
      'a certificate that is none',
      'tls: off',
      'tls: { certificate: broker.yaml, key: broker.yaml }',
      /wrong\.yaml:3: tls: certificate and key do not serve/,
    ],
    [
      'the TLS key',
      'tls: off',
      'tls: { certificate: broker.yaml, key: policies }',
      /wrong\.yaml:3: tls\.key: policies cannot be read \(EISDIR\)/,
    ],
    [
      'the policies',
      './policies',
      './broker.yaml',
      /wrong\.yaml:7: policies: \.\/broker\.yaml cannot be read \(ENOTDIR\)/,
    ],
    [
      'the signing key',
      './broker.db',
      './nowhere/broker.db',
      /The signing key .*nowhere\/broker\.db\.key\.pem cannot be read or made \(ENOENT\)/,
    ],
    [
      'the audit key',
      'policies: ./policies',
      'policies: ./policies\naudit_key: ./tls.pem/no.pem',
      /The audit key .*no\.pem cannot be read or made \(ENOENT\)/,
    ],
    [
      'an audit key that is none',
      'policies: ./policies',
      'policies: ./policies\naudit_key: ./broker.yaml',
      /The audit key .*broker\.yaml is not an Ed25519 private key in PEM/,
    ],
    [
      'a secret',
      'engine: jwt, audience: https://api.example.com',
      'engine: static, kind: bearer-token, value: "file:policies"',
      /wrong\.yaml:6: roles\.deploy-prod\.value: file:policies cannot be read \(EISDIR\)/,
    ],
  ])(
    'says which file it cannot read: %s',
    async (_, from, to, message) => {
      writeFileSync(
        join(folder, 'wrong.yaml'),
        readFileSync(join(folder, 'broker.yaml'), 'utf8').replace(from, to),
      );
      const broker = run('run', '--config', 'wrong.yaml');
      expect(await broker.ended).toBe(64);
      expect(broker.stderr()).toMatch(message);
    },
    90_000,
  );
});
