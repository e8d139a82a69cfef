import { Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { BlockList, isIP, type Socket } from 'node:net';
import { HttpClient } from '@actions/http-client';
import { TransportError, type Host, type HttpRequest, type Transport } from '../domain/host.ts';
import { faultOf, readAnswer } from './http-answer.ts';

const connectMs = 5000;

/** What `tunnel` puts in the place of an agent. */
interface TunnelingAgent {
  options?: AgentOptions;
  proxyOptions?: object;
}
/** Node's own documented hook for connecting; its types leave it out for https. */
interface Connector {
  createConnection: (options: unknown, done: unknown) => Socket;
}

/**
 * HTTP by `@actions/http-client`, which knows the proxy variables of the runner, and by nothing else of it: its
 * redirects, retries and `readBody` (which resolves never on a truncated body) stay unused. Certificates are always
 * checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: any earlier step of the job could have set it.
 * @param env for the networks in NO_PROXY, which `@actions/http-client` does not know
 */
export function httpTransport(env: Host['env'] = {}): Transport {
  // One connection serves all requests to one server; the process ends it by ending.
  const direct: Agents = {
    https: new HttpsAgent({ keepAlive: true }),
    http: new HttpAgent({ keepAlive: true }),
  };
  boundConnecting(direct.https);
  boundConnecting(direct.http);
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  return async (request) => {
    const tls: AgentOptions = {
      rejectUnauthorized: true,
      ...(request.trust === undefined ? {} : { ca: await rootsWith(request.trust) }),
    };
    const isNear = noProxy.includes('/') && isInNetwork(addressOf(request.url), noProxy);
    const handler = preparation(request, { tls, direct, isNear });
    const client = new HttpClient('ephemeral-creds', [handler], { allowRedirects: false });
    try {
      const headers = { 'accept-encoding': 'identity', ...request.headers };
      const response = await client.request(request.method, request.url.href, request.body ?? null, headers);
      return await readAnswer(response.message, request.maxBytes);
    } catch (error) {
      throw error instanceof TransportError ? error : faultOf(error, request.signal);
    } finally {
      client.dispose();
    }
  };
}

interface Agents {
  readonly https: HttpsAgent;
  readonly http: HttpAgent;
}

type Handler = NonNullable<ConstructorParameters<typeof HttpClient>[1]>[number];

interface Route {
  readonly tls: AgentOptions;
  readonly direct: Agents;
  /** NO_PROXY names the network of the server. */
  readonly isNear: boolean;
}

function preparation(request: HttpRequest, { tls, direct, isNear }: Route): Handler {
  return {
    prepareRequest: (options: RequestOptions) => {
      options.signal = request.signal;
      options.host = addressOf(request.url);
      Object.assign(options, tls);
      const agent = options.agent as TunnelingAgent;
      if (agent.proxyOptions === undefined || isNear) {
        options.agent = request.url.protocol === 'https:' ? direct.https : direct.http;
        return;
      }
      // Behind a proxy the TLS session is made by the tunnel, from the agent's options; so is the one with a proxy
      // that itself speaks TLS.
      agent.options = { ...agent.options, ...tls };
      agent.proxyOptions = { ...agent.proxyOptions, ...tls };
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new TransportError('refused')),
  };
}

/** The host's name, or its address without the brackets of a URL. */
function addressOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** True for an address in one of the networks (`10.0.0.0/8`) of a list such as NO_PROXY. */
function isInNetwork(address: string, list: string): boolean {
  const family = { 0: undefined, 4: 'ipv4', 6: 'ipv6' } as const;
  const networks = new BlockList();
  for (const entry of list.split(',')) {
    const [, network = '', bits = ''] = /^\s*([0-9A-Fa-f.:]+)\/(\d{1,3})\s*$/.exec(entry) ?? [];
    const kind = family[isIP(network) as keyof typeof family];
    if (kind !== undefined && Number(bits) <= (kind === 'ipv4' ? 32 : 128))
      networks.addSubnet(network, Number(bits), kind);
  }
  const kind = family[isIP(address) as keyof typeof family];
  return kind !== undefined && networks.check(address, kind);
}

function boundConnecting(agent: HttpAgent): void {
  const connector = agent as unknown as Connector;
  const connect = connector.createConnection.bind(agent);
  connector.createConnection = (options, done) => {
    const socket = connect(options, done);
    const timer = setTimeout(() => socket.destroy(new TransportError('timeout')), connectMs);
    const clear = (): void => {
      clearTimeout(timer);
    };
    socket.once('connect', clear).once('close', clear);
    return socket;
  };
}

/** The usual roots (with what NODE_EXTRA_CA_CERTS adds, where Node tells) and those of the PEM text. */
async function rootsWith(pem: string): Promise<string[]> {
  const tls = await import('node:tls');
  // Absent before Node 22.15.
  const known = (tls as Partial<typeof tls>).getCACertificates?.('default') ?? tls.rootCertificates;
  return [...known, pem];
}
