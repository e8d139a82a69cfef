/** The broker as a process of its own, from its sources, with a real issuer, store, audit log and port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keyBoundAudience, makeProof, makeProofKey, sha256 } from '../../../src/protocol/dpop.ts';
import type { Certified } from '../certificates.ts';
import { until } from '../exec.ts';
import { startIssuer, type ListeningIssuer } from '../issuer.ts';
import { closedPort } from '../socket-server.ts';
import { githubPolicy } from './test-broker.ts';

export interface ProcessOptions {
  readonly tls?: Certified;
  /** Changes broker.yaml. */
  readonly yaml?: (yaml: string) => string;
  /** Options of Node. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const door = resolve('src/entry/broker.ts');
const runIt = `import { brokerMain } from '${door}'; process.exitCode = await brokerMain(['run']);`;

export class LiveBroker implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ec-broker-'));
  readonly handles: string[] = [];
  child!: ChildProcess;
  issuer!: ListeningIssuer;
  url = '';
  said = '';
  ended!: Promise<number | string | null>;

  static async start(options: ProcessOptions = {}): Promise<LiveBroker> {
    const it = new LiveBroker();
    await it.#write(options);
    it.run(options);
    try {
      await it.says('listens on');
    } catch (error) {
      await it[Symbol.asyncDispose]();
      throw error;
    }
    return it;
  }

  /** Only the files, for a broker that is not to run. */
  static async prepare(options: ProcessOptions = {}): Promise<LiveBroker> {
    const it = new LiveBroker();
    await it.#write(options);
    return it;
  }

  async #write({ tls, yaml = (text) => text }: ProcessOptions): Promise<void> {
    this.issuer = await startIssuer();
    const port = await closedPort();
    this.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`;
    if (tls !== undefined) this.certify(tls);
    mkdirSync(join(this.folder, 'policies'));
    const policy = githubPolicy
      .replace(/issuer: .*/, `issuer: ${this.issuer.url}`)
      .replace(/ {2}- \{ role: (app-ro|legacy).*\n/g, '');
    writeFileSync(join(this.folder, 'policies/p.yaml'), policy);
    const text = `public_url: ${this.url}
listen: 127.0.0.1:${String(port)}
tls: ${tls === undefined ? 'off' : '{ certificate: tls.crt, key: tls.key }'}
store: { sqlite: ./broker.db }
issuers: [ { platform: github, url: "${this.issuer.url}" } ]
roles: { deploy-prod: { engine: jwt, audience: https://api.example.com } }
policies: ./policies
limits: { requests_per_second: 100000, job_requests_per_minute: 100000, repository_requests_per_minute: 100000 }
audit: [ { file: ./audit.jsonl } ]
`;
    writeFileSync(join(this.folder, 'broker.yaml'), yaml(text));
  }

  /** Changes broker.yaml for the next run. */
  rewrite(change: (yaml: string) => string): void {
    const path = join(this.folder, 'broker.yaml');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  certify({ cert, key }: Certified): void {
    writeFileSync(join(this.folder, 'tls.crt'), cert);
    writeFileSync(join(this.folder, 'tls.key'), key);
  }

  run({ node = [], env = {} }: ProcessOptions = {}): void {
    this.said = '';
    const child = spawn(process.execPath, [...node, '--input-type=module', '-e', runIt], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    child.stderr.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    child.stdout.resume();
    this.ended = new Promise((done) => {
      child.once('exit', (status, signal) => {
        done(status ?? signal);
      });
    });
    this.child = child;
  }

  /** Resolves when it has said so, or has ended. */
  async says(text: string): Promise<void> {
    await until(() => this.said.includes(text) || this.child.exitCode !== null);
    if (!this.said.includes(text)) throw new Error(`It did not say “${text}”:\n${this.said}`);
  }

  lines(): Record<string, unknown>[] {
    return this.said
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  audit(): string[] {
    return readFileSync(join(this.folder, 'audit.jsonl'), 'utf8').split('\n').filter(Boolean);
  }

  /** Borrows as a job of its own. @param post sends the form */
  async borrow(
    post: (path: string, init: { headers: Record<string, string>; body: string }) => Promise<Answer> = this
      .post,
  ): Promise<Answer & { readonly handle: string }> {
    const key = makeProofKey();
    const handle = randomBytes(32).toString('base64url');
    this.handles.push(handle);
    const claims = { check_run_id: String(this.handles.length), run_id: '1' };
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: await this.issuer.mint({ audience: keyBoundAudience(this.url, key.thumbprint), claims }),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      authorization_details: '[{"type":"ephemeral_credential","role":"deploy-prod"}]',
      revocation_handle_hash: sha256(handle),
    }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      dpop: makeProof(key, { method: 'POST', url: `${this.url}/token`, body, at: new Date() }),
    };
    return { ...(await post('/token', { headers, body })), handle };
  }

  readonly post = async (
    path: string,
    init: { headers: Record<string, string>; body: string },
  ): Promise<Answer> => {
    const answer = await fetch(this.url + path, { method: 'POST', ...init });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  };

  /** One request over Node's own client, for an agent or an authority of the test's. */
  ask(
    path: string,
    options: Parameters<typeof httpsRequest>[1] & { readonly body?: string } = {},
  ): Promise<Answer> {
    const { body, ...rest } = options;
    const send = this.url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((done, failed) => {
      const sent = send(this.url + path, rest, (message) => {
        let text = '';
        message.on('data', (chunk: Buffer) => (text += chunk.toString()));
        message.on('end', () => {
          done({ status: message.statusCode ?? 0, headers: message.headers, text });
        });
      });
      sent.on('error', failed).end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await this.ended;
    }
    await this.issuer.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
