/**
 * A job of GitLab's and a broker in one process, without a port: the job has one ID token, in its variable, and its
 * shells are steps that share nothing but files. Both sides share one clock.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { login, type Handover, type LoginReport } from '../../../src/commands/login.ts';
import { revokeJob, type RevokeHow, type RevokeReport } from '../../../src/commands/revoke-job.ts';
import { spokenJob } from '../../../src/commands/spoken-job.ts';
import { readConfig, type Given } from '../../../src/config/reading.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import type { Whereabouts } from '../../../src/leases/ledger.ts';
import { findPlatform } from '../../../src/platforms/registry.ts';
import {
  publicUrl,
  startTestBroker,
  type TestBroker,
  type TestBrokerOptions,
} from '../broker/test-broker.ts';
import type { TokenOptions } from '../issuer.ts';
import { jumpingClock } from './clock.ts';
import { clientWorld, type ClientWorld, type WorldOptions } from './world.ts';

export interface Shell {
  readonly world: ClientWorld;
  readonly where: Whereabouts;
  readonly login: (given?: Given, how?: Partial<Handover>) => Promise<LoginReport>;
  readonly revoke: (leaseIds?: readonly string[], how?: RevokeHow) => Promise<RevokeReport>;
}

export interface GitlabJob extends AsyncDisposable {
  readonly broker: TestBroker;
  /** The job’s one ID token. */
  readonly token: string;
  readonly folder: string;
  readonly project: string;
  /** How each lease stands by the broker’s audit, the oldest first. */
  states(): string[];
  /** Paths that were asked of the broker, with the status of the answer, in order. */
  readonly asked: string[];
  /** Answers in the broker’s place, or loses its answer on the way back. */
  onRequest: (request: HttpRequest) => 'pass' | 'lose' | HttpAnswer;
  /** A shell of the job, as the runner starts it: its variables are those of the job again. */
  shell(env?: Record<string, string>, more?: Partial<Whereabouts['host']>): Promise<Shell>;
}

export async function gitlabJob(
  options: TestBrokerOptions & { readonly token?: TokenOptions; readonly world?: never } = {},
  more: WorldOptions = {},
): Promise<GitlabJob> {
  const broker = await startTestBroker(options);
  const asked: string[] = [];
  const pass = async (request: HttpRequest): Promise<HttpAnswer | undefined> => {
    const fate = it.onRequest(request);
    if (typeof fate === 'object') return fate;
    const { url, method, headers, body = '' } = request;
    const response = await broker.handle(new Request(url, { method, headers, body }), { peer: '192.0.2.1' });
    asked.push(`${url.pathname} ${String(response.status)}`);
    const text = await response.text();
    if (fate === 'lose') return undefined;
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(text),
    };
  };
  const root = clientWorld({ clock: jumpingClock(broker.world.clock), server: pass, ...more });
  const project = join(root.temp, 'builds', 'my-group', 'my-project');
  mkdirSync(project, { recursive: true });
  const token = await broker.gitlab.mint({
    audience: publicUrl,
    at: broker.world.clock.now(),
    ...options.token,
  });
  const it: GitlabJob = {
    broker,
    token,
    project,
    folder: `${project}.tmp/ephemeral-creds-302`,
    states: () => {
      const last = new Map<unknown, unknown>();
      for (const { metadata, unmapped = {} } of broker.world.auditLines())
        if (metadata.event_code === 'lease') last.set(unmapped['lease_id'], unmapped['state']);
      return [...last.values()].map(String);
    },
    asked,
    onRequest: () => 'pass',
    shell: async (env = {}, changes = {}) => {
      const world = root.next({
        GITHUB_ACTIONS: '',
        GITHUB_STATE: '',
        GITLAB_CI: 'true',
        CI_JOB_ID: '302',
        CI_PROJECT_DIR: project,
        EPHEMERAL_CREDS_ID_TOKEN: token,
        ...env,
      });
      const host = { ...world.host, ...changes };
      const job = spokenJob((await findPlatform(host.env)).attach(host), host);
      const where = { job, host };
      return {
        world,
        where,
        login: async (given = {}, how = {}) => {
          const config = await readConfig(
            { 'broker-url': publicUrl, role: 'deploy-prod', ...given },
            host.files,
          );
          return login(config, where, { dotenv: false, ...how });
        },
        revoke: (leaseIds = [], how = {}) => revokeJob(leaseIds, where, how),
      };
    },
    [Symbol.asyncDispose]: async () => {
      root[Symbol.dispose]();
      await broker.stop();
    },
  };
  return it;
}
