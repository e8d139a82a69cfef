/**
 * Client and broker in one process, without a port: the client's requests are handed to the broker's handler, those
 * for an ID token to the issuer stand-in. Both sides share one clock.
 */
import type { HttpAnswer, HttpRequest } from '../../../src/domain/host.ts';
import { mainStory } from '../../../src/entry/core.ts';
import { postStory } from '../../../src/entry/give-back.ts';
import {
  startTestBroker,
  publicUrl,
  type TestBroker,
  type TestBrokerOptions,
} from '../broker/test-broker.ts';
import { inputVariables } from '../runner-env.ts';
import { jumpingClock } from './clock.ts';
import { clientWorld, jsonAnswer, type ClientWorld, type WorldOptions } from './world.ts';

const tokenHost = 'run-actions-1.actions.githubusercontent.com';

/** One request that reached the broker, and its answer as it went over the wire. */
export interface Passed {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Record<string, string>;
  readonly status: number;
  readonly text: string;
}

type Fate = 'pass' | 'lose' | HttpAnswer;

export interface InProcess extends AsyncDisposable {
  readonly broker: TestBroker;
  readonly world: ClientWorld;
  readonly passed: readonly Passed[];
  readonly minted: readonly string[];
  /** Decides what becomes of a request: `lose` its answer on the way back, or answer in the broker's place. */
  onRequest: (path: string) => Fate | Promise<Fate>;
  main(inputs?: Record<string, string>): Promise<number>;
  /** The post step of `main`, in the environment that the runner gives it. */
  post(env?: Record<string, string>): Promise<{ status: number; world: ClientWorld }>;
}

export async function inProcess(
  options: TestBrokerOptions = {},
  more: WorldOptions = {},
): Promise<InProcess> {
  const broker = await startTestBroker(options);
  const { world, github } = broker;
  const passed: Passed[] = [];
  const minted: string[] = [];

  const mint = async ({ url }: HttpRequest): Promise<HttpAnswer> => {
    const value = await github.mint({
      audience: url.searchParams.get('audience') ?? '',
      at: world.clock.now(),
    });
    minted.push(value);
    return jsonAnswer({ value });
  };
  const pass = async (request: HttpRequest): Promise<HttpAnswer | undefined> => {
    const { url, method, headers, body = '' } = request;
    const fate = await it.onRequest(url.pathname);
    if (typeof fate === 'object') return fate;
    const response = await broker.handle(new Request(url, { method, headers, body }), { peer: '192.0.2.1' });
    const text = await response.text();
    passed.push({
      path: url.pathname,
      headers,
      form: Object.fromEntries(new URLSearchParams(body)),
      status: response.status,
      text,
    });
    if (fate === 'lose') return undefined;
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(text),
    };
  };

  const client = clientWorld({
    clock: jumpingClock(world.clock),
    server: (request) => (request.url.host === tokenHost ? mint(request) : pass(request)),
    ...more,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `https://${tokenHost}/x?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
      ...more.env,
    },
  });
  let inputs: Record<string, string> = {};
  let state = '';
  const it: InProcess = {
    broker,
    world: client,
    passed,
    minted,
    onRequest: () => 'pass',
    main: async (given = {}) => {
      inputs = inputVariables({ 'broker-url': publicUrl, role: 'deploy-prod', ...given });
      try {
        return await mainStory({ ...client.host, env: { ...client.host.env, ...inputs } });
      } finally {
        // Read at once, as the runner does: post removes the files that main left.
        state = client.told('GITHUB_STATE')['ledger'] ?? '';
      }
    },
    post: async (env = {}) => {
      const after = client.next({ ...inputs, STATE_ledger: state, ...env });
      return { status: await postStory(after.host), world: after };
    },
    [Symbol.asyncDispose]: async () => {
      client[Symbol.dispose]();
      await broker.stop();
    },
  };
  return it;
}
