/** A job in one process, and a FAKE broker that lends what the test says by role; the tools are real, and so are files. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { revokeNow } from '../../../src/commands/revoke.ts';
import { mainStory } from '../../../src/entry/core.ts';
import { postStory } from '../../../src/entry/give-back.ts';
import { idTokenText, Lender, lendingByRole, sha256 } from '../lender.ts';
import { inputVariables } from '../runner-env.ts';
import { clientWorld, jsonAnswer, type ClientWorld } from './world.ts';

const brokerUrl = 'https://broker.example.com';
const tokenHost = 'run-actions-1.actions.githubusercontent.com';

export interface LentStep {
  readonly status: number;
  readonly world: ClientWorld;
  readonly ids: readonly string[];
  readonly state: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface LendingJob extends Disposable {
  readonly lender: Lender;
  readonly home: string;
  readonly temp: string;
  /** Variables of the steps that follow. */
  readonly env: Record<string, string>;
  main(inputs: Readonly<Record<string, string>>): Promise<LentStep>;
  post(step: LentStep): Promise<ClientWorld>;
  /** The action `revoke/`. */
  revoke(ids: readonly string[]): Promise<ClientWorld>;
  /** A `run:` step of sh; what it wrote. */
  run(script: string): Promise<string>;
}

export function lendingJob(
  roles: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  own: Readonly<Record<string, string>> = {},
): LendingJob {
  const lender = new Lender();
  const by = lendingByRole(roles);
  const root = clientWorld({
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `https://${tokenHost}/x?y=z`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    },
    server: ({ url, body = '' }) => {
      if (url.host === tokenHost) {
        const at = root.clock.now();
        return jsonAnswer({ value: idTokenText(url.searchParams.get('audience') ?? '', { at }) });
      }
      if (url.pathname === '/revoke') return jsonAnswer({ leases: takenBack(lender, body) });
      const loan = lender.mint(body);
      return loan === undefined ? jsonAnswer({ error: 'access_denied' }, 403) : jsonAnswer(by(loan));
    },
  });
  const home = join(root.temp, '..', 'home');
  mkdirSync(home);
  const env: Record<string, string> = { HOME: home, ...own };
  const after = (world: ClientWorld): void => {
    Object.assign(env, world.told('GITHUB_ENV'));
  };
  return {
    ...{ lender, home, env, temp: root.temp },
    main: async (given) => {
      const inputs = inputVariables({ 'broker-url': brokerUrl, ...given });
      const world = root.next({ ...env, ...inputs });
      const status = await mainStory(world.host);
      after(world);
      const ids = JSON.parse(world.told('GITHUB_OUTPUT')['lease-ids'] ?? '[]') as string[];
      return { status, world, ids, inputs, state: world.told('GITHUB_STATE')['ledger'] ?? '' };
    },
    post: async ({ state, inputs }) => {
      const world = root.next({ ...env, ...inputs, STATE_ledger: state });
      if ((await postStory(world.host)) !== 0) throw new Error(world.printed());
      after(world);
      return world;
    },
    revoke: async (ids) => {
      const world = root.next(env);
      await revokeNow(ids, { job: world.job, host: world.host });
      after(world);
      return world;
    },
    run: async (script) => {
      const child = spawn('sh', ['-c', script], {
        env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', NODE: process.execPath, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: home,
      });
      const [out, err, status] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        new Promise((done) => child.once('close', done)),
      ]);
      if (status !== 0) throw new Error(`${script}\n${out}${err}`);
      return out;
    },
    [Symbol.dispose]: () => {
      root[Symbol.dispose]();
    },
  };
}

function takenBack(lender: Lender, body: string): unknown[] {
  const hash = sha256(new URLSearchParams(body).get('token') ?? '');
  return lender.lent
    .filter((lent) => lent.hash === hash)
    .map((lent) => {
      lent.alive = false;
      const ends = { revocability: 'immediate', expires_at: '2099-01-01T00:00:00Z' };
      return { lease_id: lent.id, state: 'revoked', ...ends };
    });
}
