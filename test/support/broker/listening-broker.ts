/** The broker in this process, on a real port, for clients that others wrote. */
import { listen } from '../../../src/broker/http/listen.ts';
import { closedPort } from '../socket-server.ts';
import {
  publicUrl,
  startTestBroker,
  githubPolicy,
  gitlabPolicy,
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
  /** Is told the path of each request once it is answered. */
  readonly seen?: (path: string) => void;
}

/** Its clock stands at the time of the call: clients that others wrote read the machine's. */
export async function startListeningBroker({
  path = '',
  seen = () => undefined,
  ...options
}: ListeningOptions = {}): Promise<ListeningBroker> {
  const port = await closedPort();
  const url = `http://127.0.0.1:${String(port)}${path}`;
  const [issuer, gitlab] = await Promise.all([makeIssuer(), makeIssuer({ platform: 'gitlab' })]);
  const env = { LEGACY_TOKEN: 'legacy-secret-value', ...options.env };
  const world = testWorld({ env, issuers: [issuer, gitlab], clock: testClock(new Date()) });
  const started = await startTestBroker({
    policies: { 'github.yaml': githubPolicy, 'gitlab.yaml': gitlabPolicy },
    ...options,
    world,
    yaml: (yaml) => {
      const here = yaml.replaceAll(publicUrl, url);
      return options.yaml?.(here) ?? here;
    },
  });
  const broker = { ...started, github: issuer, gitlab };
  const server = await listen(
    { listen: { host: '127.0.0.1', port }, tls: undefined },
    async (request, connection) => {
      const answer = await broker.handle(request, connection);
      seen(new URL(request.url).pathname);
      return answer;
    },
  );
  return {
    broker,
    url,
    [Symbol.asyncDispose]: async () => {
      await server.close(0);
      await broker.stop();
    },
  };
}
