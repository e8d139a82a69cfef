import type { RequestOptions } from 'node:http';
import type { AgentOptions } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { HttpClient } from '@actions/http-client';
import { getProxyUrl } from '@actions/http-client/lib/proxy';
import { TransportError, type Host, type HttpRequest, type Transport } from '../domain/host.ts';
import { addressOf, makeConnections, type Connections } from './connections.ts';
import { faultOf, readAnswer } from './http-answer.ts';

/** What `tunnel` puts in the place of an agent. */
interface TunnelingAgent {
  options?: AgentOptions;
  proxyOptions?: object;
}

/**
 * HTTP by `@actions/http-client`, which knows the proxy variables of the runner, and by nothing else of it: its
 * redirects, retries and `readBody` (which resolves never on a truncated body) stay unused. Certificates are always
 * checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says: any earlier step of the job could have set it.
 * @param env for the networks in NO_PROXY, which `@actions/http-client` does not know
 */
export function httpTransport(env: Host['env'] = {}): Wire {
  const connections = makeConnections();
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  const isNear = (url: URL): boolean => noProxy.includes('/') && isInNetwork(addressOf(url), noProxy);
  return {
    connect: async (url, trust) => {
      if (getProxyUrl(url) !== undefined && !isNear(url)) return;
      await connections.open(url, await tlsOptions(trust));
    },
    send: async (request) => {
      const route = { tls: await tlsOptions(request.trust), connections, isNear: isNear(request.url) };
      const client = new HttpClient('ephemeral-creds', [preparation(request, route)], {
        allowRedirects: false,
      });
      try {
        const headers = { 'accept-encoding': 'identity', ...request.headers };
        const response = await client.request(
          request.method,
          request.url.href,
          request.body ?? null,
          headers,
        );
        return await readAnswer(response.message, request.maxBytes);
      } catch (error) {
        throw error instanceof TransportError ? error : faultOf(error, request.signal);
      } finally {
        client.dispose();
      }
    },
  };
}

/** What a host needs of us. */
interface Wire {
  readonly send: Transport;
  readonly connect: NonNullable<Host['connect']>;
}

async function tlsOptions(trust: string | undefined): Promise<AgentOptions> {
  return { rejectUnauthorized: true, ...(trust === undefined ? {} : { ca: await rootsWith(trust) }) };
}

type Handler = NonNullable<ConstructorParameters<typeof HttpClient>[1]>[number];

interface Route {
  readonly tls: AgentOptions;
  readonly connections: Connections;
  /** NO_PROXY names the network of the server. */
  readonly isNear: boolean;
}

function preparation(request: HttpRequest, { tls, connections, isNear }: Route): Handler {
  return {
    prepareRequest: (options: RequestOptions) => {
      options.signal = request.signal;
      options.host = addressOf(request.url);
      Object.assign(options, tls);
      const agent = options.agent as TunnelingAgent;
      if (agent.proxyOptions === undefined || isNear) {
        options.agent = connections.agentFor(request.url);
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

/** The usual roots (with what NODE_EXTRA_CA_CERTS adds, where Node tells) and those of the PEM text. */
async function rootsWith(pem: string): Promise<string[]> {
  const tls = await import('node:tls');
  // Absent before Node 22.15.
  const known = (tls as Partial<typeof tls>).getCACertificates?.('default') ?? tls.rootCertificates;
  return [...known, pem];
}
