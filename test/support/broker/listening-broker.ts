/** The broker in this process, on a real port, for clients that others wrote. */
import { listen } from '../../../src/broker/http/listen.ts';
import { closedPort } from '../socket-server.ts';
import {
  publicUrl,
  startTestBroker,
  githubPolicy,
  type TestBroker,
  type TestBrokerOptions,
} from './test-broker.ts';
import { testClock, testWorld } from './world.ts';
import { makeIssuer } from '../issuer.ts';

export interface ListeningBroker extends AsyncDisposable {
  readonly broker: TestBroker;
  /** The public URL, at which it listens. */
  readonly url: string;
}

export interface ListeningOptions extends TestBrokerOptions {
  /** Of the public URL. */
  readonly path?: string;
}

/** Its clock stands at the time of the call: clients that others wrote read the machine's. */
export async function startListeningBroker({
  path = '',
  ...options
}: ListeningOptions = {}): Promise<ListeningBroker> {
  const port = await closedPort();
  const url = `http://127.0.0.1:${String(port)}${path}`;
  const issuer = await makeIssuer();
  const env = { LEGACY_TOKEN: 'legacy-secret-value' };
  const world = testWorld({ env, issuers: [issuer], clock: testClock(new Date()) });
  const started = await startTestBroker({
    policies: { 'github.yaml': githubPolicy },
    ...options,
    world,
    yaml: (yaml) => {
      const here = yaml.replaceAll(publicUrl, url);
      return options.yaml?.(here) ?? here;
    },
  });
  const broker = { ...started, github: issuer };
  const server = await listen({ listen: { host: '127.0.0.1', port }, tls: undefined }, broker.handle);
  return {
    broker,
    url,
    [Symbol.asyncDispose]: async () => {
      await server.close(0);
      await broker.stop();
    },
  };
}
