import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { startIssuer, type ListeningIssuer } from '../test/support/issuer.ts';
import { writeBrokerFiles } from './broker-files.ts';
import { startGitlab, type Gitlab } from './gitlab.ts';
import { startRelay, type Relay } from './relay.ts';
import { startResourceServer, type ResourceServer } from './resource-server.ts';
import { own, ownFolder } from './tidy.ts';

/** Everything that the story needs, on free ports of this machine and in one temporary folder. */
export interface Stage {
  /** Of GitHub. */
  readonly issuer: ListeningIssuer;
  readonly gitlab: Gitlab;
  readonly relay: Relay;
  readonly service: ResourceServer;
  /** The broker's audit, as far as it is written. */
  audit(): Record<string, unknown>[];
  close(): Promise<void>;
}

export const dist = resolve(import.meta.dirname, '../dist');

export async function buildStage(): Promise<Stage> {
  const folder = ownFolder();
  const issuer = await startIssuer();
  const broker = `http://127.0.0.1:${String(await freePort())}`;
  const relay = await startRelay(() => broker);
  const service = await startResourceServer(() => relay.url);
  const gitlab = await startGitlab();
  writeBrokerFiles(folder, {
    broker,
    github: issuer.url,
    gitlab: gitlab.issuer.url,
    publicUrl: relay.url,
    serviceKey: service.publicKey,
  });
  const process = await startBroker(folder, broker);
  return {
    issuer,
    gitlab,
    relay,
    service,
    audit: () =>
      readFileSync(join(folder, 'audit.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    close: async () => {
      await stop(process);
      await Promise.all([issuer.close(), gitlab.close(), relay.close(), service.close()]);
    },
  };
}

/** The built broker, as an operator starts it. */
async function startBroker(folder: string, url: string): Promise<ChildProcess> {
  const args = [join(dist, 'ephemeral-creds.cjs'), 'broker', 'run', '--config', join(folder, 'broker.yaml')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  own(child);
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`The broker ended:\n${said}`);
    const ready = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return child;
    await new Promise((done) => setTimeout(done, 25));
  }
  child.kill('SIGKILL');
  throw new Error(`The broker did not start:\n${said}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
