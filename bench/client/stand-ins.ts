// Starts server.ts, and tells what a job's environment says of it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Place } from './contenders.ts';

export interface StandIns {
  readonly place: Place;
  /** The file of the authority that they are certified by. */
  readonly ca: string;
  readonly close: () => void;
}

/** They end with this process at the latest. */
export async function startStandIns(folder: string): Promise<StandIns> {
  const ca = join(folder, 'ca.pem');
  const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), ca], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const close = (): void => void server.kill();
  process.once('exit', close);
  const ports = await new Promise<{ platform: number; broker: number }>((done, fail) => {
    server.stdout.once('data', (line: Buffer) => {
      done(JSON.parse(line.toString()) as { platform: number; broker: number });
    });
    server.once('exit', () => {
      fail(new Error('The stand-ins ended before they listened.'));
    });
  });
  return {
    ca,
    close,
    place: {
      broker: `https://localhost:${String(ports.broker)}`,
      runner: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'octo-org/octo-repo',
        GITHUB_REPOSITORY_OWNER: 'octo-org',
        GITHUB_ACTION: '__org_ephemeral-creds',
        GITHUB_ACTOR: 'octocat',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_REF: 'refs/heads/main',
        GITHUB_RUN_ID: '1',
        GITHUB_SHA: 'd'.repeat(40),
        GITHUB_WORKFLOW: 'deploy',
        RUNNER_ENVIRONMENT: 'github-hosted',
        RUNNER_OS: 'Linux',
        NODE_EXTRA_CA_CERTS: ca,
        ACTIONS_ID_TOKEN_REQUEST_URL: `https://localhost:${String(ports.platform)}/id-token?v=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
      },
    },
  };
}
